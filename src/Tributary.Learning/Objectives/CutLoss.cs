using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>The loss of a model of which only the blocks below a cut are here: somebody else finds it from what they give, and says its gradient there.</summary>
/// <param name="task">The loss that is found: counts its terms.</param>
/// <param name="blocks">Blocks below the cut, from the first on.</param>
/// <param name="upper">Who has the others.</param>
public sealed class CutLoss(IObjective task, int blocks, IUpperBlocks upper) : IObjective
{
    /// <summary>The loss below a cut: at the exit there, where an adapter brings one, or what somebody else finds.</summary>
    /// <param name="adapters">The adapters of the model.</param>
    /// <param name="task">The loss without a cut.</param>
    /// <param name="blocks">Blocks below the cut, from the first on.</param>
    /// <param name="upper">Who has the others.</param>
    public static IObjective At(IEnumerable<IAdapter> adapters, IObjective task, int blocks, IUpperBlocks upper) =>
        adapters.OfType<ExitsAdapter>().Any(exits => exits.IsBehind(blocks)) ? new ExitLoss(task, blocks, upper) : new CutLoss(task, blocks, upper);

    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale) => pass.Tape.Ask(model.Blocks(pass, model.Embed(pass), 0, blocks), pass.Rows, upper, scale);

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => task.Terms(rows);
}
