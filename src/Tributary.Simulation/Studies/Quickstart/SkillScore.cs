using Tributary.Learning.Models;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>Accuracy on words that no owner trained on: the share of test prompts whose greedy answer is right to the last character.</summary>
internal static class SkillScore
{
    /// <summary>Test prompts for each skill.</summary>
    public const int Tests = 100;

    /// <summary>Accuracy of each skill, in the order of <see cref="Skill.All"/>.</summary>
    public static double[] Measure(Learner learner, SkillTexts texts) => [.. Skill.All.Select(skill => Measure(learner, texts, skill))];

    // Greedy decoding gives the answer exactly when every position of the answer, seen after its right beginning, has the right most probable token.
    private static double Measure(Learner learner, SkillTexts texts, Skill skill)
    {
        var rows = new TokenRows();
        for (var i = 0; i < Tests; i++)
        {
            var (prompt, answer) = texts.Instruction(skill, i, test: true);
            BaseModel.Add(rows, prompt, answer);
        }

        var logits = learner.Logits(rows);
        var vocabulary = learner.Model.Shape.Vocabulary;
        var right = 0;
        foreach (var segment in rows.Segments)
        {
            right += IsRight(rows, segment.QueryStart, segment.QueryCount, logits, vocabulary) ? 1 : 0;
        }

        return right / (double)Tests;
    }

    private static bool IsRight(TokenRows rows, int start, int count, float[] logits, int vocabulary)
    {
        for (var row = start; row < start + count; row++)
        {
            var label = rows.Labels[row];
            var scores = logits.AsSpan(row * vocabulary, vocabulary);
            if (label >= 0 && System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores) != label)
            {
                return false;
            }
        }

        return true;
    }
}
