using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>Cross-entropy of each sequence's class over the scores of the model's classification head.</summary>
public sealed class SequenceClassification : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale) => pass.Tape.CrossEntropy(model.Scores(pass), pass.Rows.ClassMemory, scale);

    /// <inheritdoc/>
    public int Terms(TokenRows rows)
    {
        var count = 0;
        foreach (var label in rows.Classes)
        {
            count += label >= 0 ? 1 : 0;
        }

        return count;
    }
}
