using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>Cross-entropy of the next token over the labelled rows. Only those rows pass the final norm and the head.</summary>
public sealed class LanguageModelling : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale)
    {
        var (tape, rows) = (pass.Tape, pass.Rows);
        var hidden = model.Hidden(pass);
        if (model.Head.HasBranches(pass))
        {
            var logits = model.Head.Forward(pass, model.Finish(pass, hidden));
            return tape.CrossEntropy(logits, rows.LabelMemory, scale);
        }

        if (rows.LabelledRows < rows.Count)
        {
            var selected = tape.SelectRows(hidden, rows.LabelledRowIndices);
            tape.Release(hidden);
            hidden = selected;
        }

        return tape.HeadLoss(model.Finish(pass, hidden), model.Head.WeightIn(pass), model.Head.BiasIn(pass), rows.LabelledRowLabels, scale);
    }

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => rows.LabelledRows;
}
