using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>
/// Cross-entropy at the labelled rows: of the next token, of a hidden token (Devlin et al. 2019) or of a token's class, as the model's head has it. Only those rows pass what
/// stands before the head and the head; as far as can be, the last block too.
/// </summary>
public sealed class LanguageModelling : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale)
    {
        var (tape, labels) = (pass.Tape, pass.Rows.LabelledRowLabels);
        var hidden = model.Finish(pass, model.Hidden(pass, pass.Rows.Labelled));
        return model.Head.HasBranches(pass)
            ? tape.CrossEntropy(model.Head.Forward(pass, hidden), labels, scale)
            : tape.HeadLoss(hidden, model.Head.WeightIn(pass), model.Head.BiasIn(pass), labels, scale);
    }

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => rows.LabelledRows;
}
