using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>
/// The loss of a model of which only the blocks below a cut are here, at its exit there: what they give is told to somebody who trains the others with it, and nothing comes back
/// (local losses at auxiliary heads, Shin et al. 2023).
/// </summary>
/// <param name="task">The loss without a cut: counts its terms.</param>
/// <param name="blocks">Blocks below the cut, from the first on.</param>
/// <param name="upper">Who has the others.</param>
public sealed class ExitLoss(IObjective task, int blocks, IUpperBlocks upper) : IObjective
{
    private float[] given = [];

    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale)
    {
        var x = model.Blocks(pass, model.Embed(pass), 0, blocks);
        if (pass.Tape.Mode == TapeMode.Record)
        {
            var count = (int)x.Value.Count;
            given = given.Length < count ? new float[count] : given;
            pass.Tape.Backend.Read(x.Value, given.AsSpan(0, count));
            upper.Learn(pass.Rows, given.AsMemory(0, count), scale);
        }

        return LanguageModelling.Loss(model, pass, model.Exit(pass, blocks, pass.Select(x, pass.Rows.Labelled)), scale);
    }

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => task.Terms(rows);
}
