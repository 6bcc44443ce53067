using Tributary.Learning.Models;

namespace Tributary.Learning.Data.Tokenized.Targets;

/// <summary>Any number of classes at once: names or numbers between commas, semicolons or bars, or a 0 or 1 for each class.</summary>
public sealed class SeveralClassesTarget : ISequenceTarget
{
    private static readonly char[] Separators = [',', ';', '|'];
    private readonly int classes;
    private readonly LabelSet labels;

    private SeveralClassesTarget(int classes, LabelSet labels) => (this.classes, this.labels) = (classes, labels);

    /// <summary>The target of a head whose classes are named by the model or by the labels that occur.</summary>
    public static SeveralClassesTarget For(HeadSpec head, IEnumerable<string> labels) =>
        new(head.Classes, LabelSet.From(labels.Select(Split).Where(parts => !IsIndicator(parts, head.Classes)).SelectMany(parts => parts), head.Classes, head.ClassNames));

    /// <inheritdoc/>
    public SequenceTarget Of(ClassificationExample example, string source)
    {
        var parts = Split(example.Label);
        var targets = new float[classes];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!IsIndicator(parts, classes))
            {
                targets[labels.IdOf(parts[i], source)] = 1;
            }
            else if (parts[i] is "1" or "1.0")
            {
                targets[i] = 1;
            }
        }

        return new(TokenRows.Ignore, targets);
    }

    private static string[] Split(string label) => label.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsIndicator(string[] parts, int classes) => parts.Length == classes && classes > 1 && Array.TrueForAll(parts, part => part is "0" or "1" or "0.0" or "1.0");
}
