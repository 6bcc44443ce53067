using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized.Targets;

/// <summary>What the scores of a sequence are to be: a class, or numbers.</summary>
/// <param name="Class">The class, or <see cref="TokenRows.Ignore"/>.</param>
/// <param name="Targets">The numbers, one for each score; empty for a class.</param>
public readonly record struct SequenceTarget(int Class, float[] Targets);

/// <summary>From the label that a file writes to what a model's scores are to be.</summary>
public interface ISequenceTarget
{
    /// <summary>The target of an example.</summary>
    /// <exception cref="InputException">The label is not one of the model's, or not a number where one is needed.</exception>
    SequenceTarget Of(ClassificationExample example, string source);
}

/// <summary>Targets by what a model's scores mean.</summary>
public static class SequenceTargets
{
    /// <summary>The targets of a model's head; all owners' examples together say how labels are numbered.</summary>
    /// <exception cref="InputException">The data have more classes than the head.</exception>
    public static ISequenceTarget For(HeadSpec head, IEnumerable<Example> examples)
    {
        var labels = examples.OfType<ClassificationExample>().Select(example => example.Label);
        return head.Problem switch
        {
            ProblemType.Regression => new NumberTarget(head.Classes),
            ProblemType.MultiLabel => SeveralClassesTarget.For(head, labels),
            _ => new ClassTarget(LabelSet.From(labels, head.Classes, head.ClassNames)),
        };
    }
}
