using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>Classification of sequences that are also drawn to a teacher's scores of their class: cross-entropy + strength · T² · KL(softmax(teacher / T) ‖ softmax(scores / T)).</summary>
/// <param name="teacher">Scores [classes] for each class; null where the teacher has none, which gives no second term.</param>
/// <param name="strength">Weight of the second term.</param>
/// <param name="temperature">T, above 0.</param>
public sealed class ClassDistillation(IReadOnlyList<float[]?> teacher, double strength, double temperature) : IObjective
{
    private readonly float[]?[] shares = [.. teacher.Select(scores => scores is null ? null : Softmax(scores, temperature))];

    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale)
    {
        var labels = pass.Rows.ClassMemory;
        var scores = model.Scores(pass);
        var rows = new float[scores.Rows * scores.Width];
        for (var row = 0; row < scores.Rows; row++)
        {
            if (labels.Span[row] is var label and >= 0 && label < shares.Length)
            {
                shares[label]?.CopyTo(rows.AsSpan(row * scores.Width));
            }
        }

        return pass.Tape.Distil(scores, labels, rows, (float)strength, (float)temperature, scale);
    }

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => new SequenceClassification().Terms(rows);

    private static float[] Softmax(float[] scores, double temperature)
    {
        var largest = scores.Max();
        var powers = scores.Select(score => Math.Exp((score - largest) / temperature)).ToArray();
        var sum = powers.Sum();
        return [.. powers.Select(power => (float)(power / sum))];
    }
}
