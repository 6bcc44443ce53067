namespace Tributary.Learning.Data.Tokenized.Targets;

/// <summary>One class of several.</summary>
public sealed class ClassTarget(LabelSet labels) : ISequenceTarget
{
    /// <inheritdoc/>
    public SequenceTarget Of(ClassificationExample example, string source) => new(labels.IdOf(example.Label, source), []);
}
