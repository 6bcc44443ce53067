using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>Mean squared error of each sequence's scores: what transformers does with one label.</summary>
public sealed class Regression : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale) => pass.Tape.SquaredError(model.Scores(pass), pass.Rows.TargetMemory, scale);

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => rows.SegmentCount;
}
