using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>Binary cross-entropy of every class of every sequence, over the scores of the model's classification head.</summary>
public sealed class MultiLabelClassification : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale) => pass.Tape.BinaryCrossEntropy(model.Scores(pass), pass.Rows.TargetMemory, scale);

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => rows.SegmentCount;
}
