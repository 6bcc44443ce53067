using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>
/// Cross-entropy at the labelled rows: of the next token, of a hidden token (Devlin et al. 2019) or of a token's class, as the model's head has it. Only those rows pass what
/// stands before the head and the head; as far as can be, the last block too.
/// </summary>
public sealed class LanguageModelling : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale) => Loss(model, pass, Labelled(model, pass), scale);

    /// <summary>The loss of what the output layer reads at the labelled rows.</summary>
    internal static Var Loss(LanguageModel model, Pass pass, Var hidden, float scale)
    {
        var (tape, labels) = (pass.Tape, pass.Rows.LabelledRowLabels);
        return model.Head.HasBranches(pass)
            ? tape.CrossEntropy(model.Head.Forward(pass, hidden), labels, scale)
            : tape.HeadLoss(hidden, model.Head.WeightIn(pass), model.Head.BiasIn(pass), labels, scale);
    }

    /// <summary>
    /// The losses of several clients' rows (see <see cref="TokenRows.Clients"/>): a mean for each, written to <paramref name="means"/>; the value is their sum. The output layer
    /// is everybody's.
    /// </summary>
    internal static Var Losses(LanguageModel model, Pass pass, IReadOnlyList<LossPart> parts, Memory<double> means) =>
        pass.Tape.HeadLoss(Labelled(model, pass), model.Head.WeightIn(pass), model.Head.BiasIn(pass), pass.Rows.LabelledRowLabels, parts, means);

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => rows.LabelledRows;

    private static Var Labelled(LanguageModel model, Pass pass) => model.Finish(pass, model.Hidden(pass, pass.Rows.Labelled));
}
