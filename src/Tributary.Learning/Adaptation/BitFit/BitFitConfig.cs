using Tributary.Learning.Adaptation.Whole;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.BitFit;

/// <summary>BitFit (Ben Zaken et al. 2022): every bias of the model, those of norms too; of a classifier also the whole head.</summary>
public sealed record BitFitConfig : AdapterConfig
{
    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        var biases = model.Tensors.Where(t => t.Key.Name.EndsWith("bias", StringComparison.Ordinal)).ToArray();
        if (biases.Length == 0)
        {
            throw new InputException($"this {model.Shape.Family} model has no biases, so BitFit has nothing to train; choose another adaptation");
        }

        return [new WholeTensors(this, biases.Union(ModulesToSave.OfClassifier(model, TaskType)), name)];
    }
}
