using Tributary.Learning.Models;
using Tributary.Learning.Objectives;

namespace Tributary.Learning.Training;

/// <summary>How often a model's first choice is right.</summary>
/// <param name="Right">How often it was.</param>
/// <param name="Of">Of how many.</param>
public readonly record struct HitCount(long Right, long Of)
{
    /// <summary>Joins two counts.</summary>
    public static HitCount operator +(HitCount a, HitCount b) => new(a.Right + b.Right, a.Of + b.Of);
}

/// <summary>Counts right first choices: of tokens for language models and token classes, of texts for classifiers. Of equal scores the first wins.</summary>
public static class Accuracy
{
    /// <summary>Whether the learner's objective is a choice at all.</summary>
    public static bool IsDefined(Learner learner) => learner.Objective is LanguageModelling or SequenceClassification;

    /// <summary>Counts over a batch; it is gone through in one pass, whose logits are all in memory.</summary>
    public static HitCount Count(Learner learner, TokenRows batch)
    {
        if (learner.Objective is SequenceClassification)
        {
            var classes = batch.Classes.ToArray();
            return learner.Infer(batch, learner.Model.Scores, scores => Count(scores, classes));
        }

        int[] labels = [];
        return learner.Infer(
            batch,
            pass =>
            {
                labels = pass.Rows.LabelledRowLabels.ToArray();
                return learner.Model.Head.Forward(pass, learner.Model.Finish(pass, learner.Model.Hidden(pass, pass.Rows.Labelled)));
            },
            scores => Count(scores, labels));
    }

    private static HitCount Count(ReadOnlySpan<float> scores, int[] labels)
    {
        var (right, of, choices) = (0L, 0L, labels.Length == 0 ? 0 : scores.Length / labels.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0)
            {
                right += FirstLargest(scores.Slice(i * choices, choices)) == labels[i] ? 1 : 0;
                of++;
            }
        }

        return new HitCount(right, of);
    }

    private static int FirstLargest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }
}
