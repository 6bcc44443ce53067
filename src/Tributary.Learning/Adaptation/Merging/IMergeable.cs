using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Merging;

/// <summary>An adapter whose effect fits into the base weights.</summary>
public interface IMergeable : IAdapter
{
    /// <summary>Puts the adapter's values into the weights, on the host, in double.</summary>
    void Merge(MergedWeights weights, ParameterSet values);

    /// <summary>Takes them out again, up to rounding. Adapters that share a module are taken out in the opposite order.</summary>
    void Unmerge(MergedWeights weights, ParameterSet values);
}
