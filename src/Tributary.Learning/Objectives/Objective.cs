using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>
/// The loss that a model's head is trained with, chosen as transformers chooses it: by its task and, for sequences, by problem_type or the number of classes. At a cloze it is
/// the cross-entropy over the words' tokens alone.
/// </summary>
public static class Objective
{
    /// <summary>The objective of a model.</summary>
    public static IObjective Of(ModelShape shape) => shape.ClassTokens.Count > 0 ? new SequenceClassification() : (shape.Task, shape.Head.Problem) switch
    {
        (HeadTask.SequenceClassification, ProblemType.Regression) => new Regression(),
        (HeadTask.SequenceClassification, ProblemType.MultiLabel) => new MultiLabelClassification(),
        (HeadTask.SequenceClassification, _) => new SequenceClassification(),
        _ => new LanguageModelling(),
    };
}
