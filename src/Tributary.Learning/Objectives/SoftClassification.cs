using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>Cross-entropy of each sequence's distribution over the classes, its <see cref="TokenRows.TargetMemory"/>, and the scores of the model's classification head.</summary>
public sealed class SoftClassification : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale) => pass.Tape.SoftCrossEntropy(model.Scores(pass), pass.Rows.TargetMemory, scale);

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => rows.SegmentCount;
}
