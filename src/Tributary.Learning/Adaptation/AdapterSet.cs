using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation;

/// <summary>
/// Everything one client changes in a shared backbone: branches at modules, saved copies of modules, and replaced base tensors. Cheap to compose anew from adapters whose
/// values are on the device already, which is how adapters are switched while a model is in use.
/// </summary>
public sealed class AdapterSet
{
    private static readonly List<IBranch> NoBranches = [];
    private static readonly List<IEmbeddingBranch> NoEmbeddingBranches = [];
    private static readonly List<IJunctionBranch> NoJunctionBranches = [];
    private readonly List<IBranch>?[] branches;
    private readonly List<IEmbeddingBranch>?[] embeddingBranches;
    private readonly List<IJunctionBranch>?[] junctionBranches;
    private readonly IPrefix?[] prefixes;
    private readonly TokenRows extended = new();
    private readonly Embedding tokens;
    private readonly Parameter?[] savedWeights;
    private readonly Parameter?[] savedBiases;
    private readonly Parameter?[] replacements;
    private readonly bool[] leftOut;
    private readonly Dictionary<int, Exit> exits = [];

    /// <summary>An empty set for a model.</summary>
    public AdapterSet(LanguageModel model)
    {
        branches = new List<IBranch>?[model.Modules.Count];
        embeddingBranches = new List<IEmbeddingBranch>?[model.Modules.Count];
        junctionBranches = new List<IJunctionBranch>?[model.Modules.Count];
        tokens = model.TokenEmbedding;
        prefixes = new IPrefix?[model.Modules.Count];
        savedWeights = new Parameter?[model.Modules.Count];
        savedBiases = new Parameter?[model.Modules.Count];
        replacements = new Parameter?[model.Tensors.Count];
        leftOut = new bool[model.Shape.Layers];
    }

    /// <summary>The set of these adapters in their order, each with its weight (see <see cref="IAdapter.Attach"/>); those with weight 0 are left out.</summary>
    /// <exception cref="InputException">Two of them bring the same tensor whole, or one that brings whole tensors has a weight other than 0 and 1.</exception>
    public static AdapterSet Of(LanguageModel model, IEnumerable<(IAdapter Adapter, float Weight)> active, Func<TensorKey, Parameter> find)
    {
        var set = new AdapterSet(model);
        set.Attach(active, find);
        return set;
    }

    /// <summary>Attaches adapters behind what is there, as <see cref="Of"/> does.</summary>
    /// <exception cref="InputException">As for <see cref="Of"/>.</exception>
    public void Attach(IEnumerable<(IAdapter Adapter, float Weight)> active, Func<TensorKey, Parameter> find)
    {
        foreach (var (adapter, weight) in active)
        {
            if (weight != 0)
            {
                adapter.Attach(this, find, weight);
            }
        }
    }

    /// <summary>Adds a branch around those that the layer has.</summary>
    public void Add(Linear linear, IBranch branch) => (branches[linear.Id] ??= []).Add(branch);

    /// <summary>Adds a branch behind those that the embedding has.</summary>
    public void Add(Embedding embedding, IEmbeddingBranch branch) => (embeddingBranches[embedding.Id] ??= []).Add(branch);

    /// <summary>Adds a branch where a sub-layer joins the residual stream.</summary>
    public void Add(Junction junction, IJunctionBranch branch) => (junctionBranches[junction.Id] ??= []).Add(branch);

    /// <summary>Puts a prefix in front of every sequence in one block's attention.</summary>
    /// <exception cref="InputException">The block has a prefix already.</exception>
    public void Add(SelfAttention attention, IPrefix prefix)
    {
        prefixes[attention.Id] = prefixes[attention.Id] is null ? prefix : throw new InputException($"{attention.Path} has a prefix already: use one prefix adapter at a time");
        PrefixLength = prefix.Length;
    }

    /// <summary>Puts a soft prompt in front of every sequence.</summary>
    /// <exception cref="InputException">There is a soft prompt already.</exception>
    public void AddPrompt(IEmbeddingBranch prompt, int virtualRows)
    {
        VirtualRows = VirtualRows == 0 ? virtualRows : throw new InputException("two soft prompts are active: use one prompt adapter at a time");
        Add(tokens, prompt);
    }

    /// <summary>Puts an exit behind so many blocks.</summary>
    /// <exception cref="InputException">There is one already.</exception>
    internal void Add(int blocks, Exit exit)
    {
        if (!exits.TryAdd(blocks, exit))
        {
            throw new InputException($"two exits behind {blocks} blocks are active: use one adapter with exits at a time");
        }
    }

    /// <summary>The exit behind so many blocks.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal Exit ExitBehind(int blocks) => exits.TryGetValue(blocks, out var exit) ? exit : throw new ArgumentException($"there is no exit behind {blocks} blocks", nameof(blocks));

    /// <summary>Leaves blocks out of every pass: what one gives goes straight to the next that is there.</summary>
    public void LeaveOut(IEnumerable<int> blocks)
    {
        foreach (var block in blocks)
        {
            leftOut[block] = true;
        }
    }

    /// <summary>Whether every block is there.</summary>
    public bool RunsAll => !leftOut.Contains(true);

    /// <summary>Whether a block is there.</summary>
    internal bool Runs(int block) => !leftOut[block];

    /// <summary>The last block that is there; −1 when there is none.</summary>
    internal int LastBlock => Array.LastIndexOf(leftOut, false);

    /// <summary>Names of adapters for whose branches the input is a constant: no gradient flows through them to what lies before.</summary>
    public IReadOnlyCollection<string> Detached { get; init; } = [];

    /// <summary>What sums up the rows that layers with experts are given; null is nothing.</summary>
    internal InputMeans? Inputs { get; set; }

    /// <summary>Virtual rows in front of every sequence.</summary>
    public int VirtualRows { get; private set; }

    /// <summary>Prefix positions in front of every sequence.</summary>
    public int PrefixLength { get; private set; }

    /// <summary>The rows that a pass goes over: the batch itself, or with room for virtual tokens and positions that count prefixes.</summary>
    internal TokenRows Extend(TokenRows batch)
    {
        if ((VirtualRows == 0 && PrefixLength == 0) || batch.Continues)
        {
            return batch;
        }

        batch.ExtendTo(extended, VirtualRows, PrefixLength);
        return extended;
    }

    /// <summary>Gives one module its own weight: unlike a replaced tensor, a tied module keeps the old one.</summary>
    public void SaveWeight(IWeightedModule module, Parameter weight) => Take(ref savedWeights[module.Id], weight, module.Path);

    /// <summary>Gives one module its own bias.</summary>
    public void SaveBias(IWeightedModule module, Parameter bias) => Take(ref savedBiases[module.Id], bias, module.Path);

    /// <summary>Replaces a base tensor wherever it is used.</summary>
    public void Replace(BaseTensor tensor, Parameter parameter) => Take(ref replacements[tensor.Id], parameter, tensor.Key.Name);

    internal List<IBranch> BranchesOf(Linear linear) => branches[linear.Id] ?? NoBranches;

    internal List<IEmbeddingBranch> BranchesOf(Embedding embedding) => embeddingBranches[embedding.Id] ?? NoEmbeddingBranches;

    internal IPrefix? PrefixOf(SelfAttention attention) => prefixes[attention.Id];

    internal List<IJunctionBranch> BranchesOf(Junction junction) => junctionBranches[junction.Id] ?? NoJunctionBranches;

    /// <summary>What stands in for a module's weight, if anything does.</summary>
    internal Parameter? WeightOf(IWeightedModule module) => savedWeights[module.Id] ?? replacements[module.Weight.Id];

    /// <summary>What stands in for a module's bias, if it has one and anything does.</summary>
    internal Parameter? BiasOf(IWeightedModule module) => savedBiases[module.Id] ?? (module.Bias is { } bias ? replacements[bias.Id] : null);

    /// <summary>What stands in for a base tensor that is no module's weight or bias, if anything does.</summary>
    internal Parameter? ReplacementOf(BaseTensor tensor) => replacements[tensor.Id];

    private static void Take(ref Parameter? place, Parameter parameter, string what) => place = place is null
        ? parameter
        : throw new InputException($"adapters {place.Key.Adapter} and {parameter.Key.Adapter} both bring {what} whole; activate one of them at a time");
}
