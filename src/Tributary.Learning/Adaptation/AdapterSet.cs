using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Adaptation;

/// <summary>Everything one client changes in a shared backbone: branches at modules, saved copies of modules, and replaced base tensors.</summary>
public sealed class AdapterSet
{
    private static readonly List<IBranch> NoBranches = [];
    private static readonly List<IJunctionBranch> NoJunctionBranches = [];
    private readonly List<IBranch>?[] branches;
    private readonly List<IJunctionBranch>?[] junctionBranches;
    private readonly Parameter?[] savedWeights;
    private readonly Parameter?[] savedBiases;
    private readonly Parameter?[] replacements;

    /// <summary>An empty set for a model.</summary>
    public AdapterSet(LanguageModel model)
    {
        branches = new List<IBranch>?[model.Modules.Count];
        junctionBranches = new List<IJunctionBranch>?[model.Modules.Count];
        savedWeights = new Parameter?[model.Modules.Count];
        savedBiases = new Parameter?[model.Modules.Count];
        replacements = new Parameter?[model.Tensors.Count];
    }

    /// <summary>Adds a branch behind those that the module has.</summary>
    public void Add(IModule module, IBranch branch) => (branches[module.Id] ??= []).Add(branch);

    /// <summary>Adds a branch where a sub-layer joins the residual stream.</summary>
    public void Add(Junction junction, IJunctionBranch branch) => (junctionBranches[junction.Id] ??= []).Add(branch);

    /// <summary>Gives one module its own weight: unlike a replaced tensor, a tied module keeps the old one.</summary>
    public void SaveWeight(IModule module, Parameter weight) => savedWeights[module.Id] = weight;

    /// <summary>Gives one module its own bias.</summary>
    public void SaveBias(IModule module, Parameter bias) => savedBiases[module.Id] = bias;

    /// <summary>Replaces a base tensor wherever it is used.</summary>
    public void Replace(BaseTensor tensor, Parameter parameter) => replacements[tensor.Id] = parameter;

    internal List<IBranch> BranchesOf(IModule module) => branches[module.Id] ?? NoBranches;

    internal List<IJunctionBranch> JunctionBranchesOf(Junction junction) => junctionBranches[junction.Id] ?? NoJunctionBranches;

    internal Parameter? SavedWeight(IModule module) => savedWeights[module.Id];

    internal Parameter? SavedBias(IModule module) => savedBiases[module.Id];

    internal Parameter? Replacement(BaseTensor tensor) => replacements[tensor.Id];
}
