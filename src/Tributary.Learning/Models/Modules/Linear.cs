using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;

namespace Tributary.Learning.Models.Modules;

/// <summary>A linear layer that adapters can be attached to. Its path is the module's name in the ecosystem ("transformer.h.0.attn.c_attn").</summary>
public sealed class Linear(int id, string path, int layer, BaseTensor weight, BaseTensor? bias, bool isOutputLayer = false, BaseTensor? rest = null) : IWeightedModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer { get; } = layer;

    /// <inheritdoc/>
    public BaseTensor Weight { get; } = weight;

    /// <summary>The weight of the last inputs, when <see cref="Weight"/> covers only the first (MobileBERT's output layer).</summary>
    public BaseTensor? Rest { get; } = rest;

    /// <inheritdoc/>
    public BaseTensor? Bias { get; } = bias;

    /// <summary>True for the head of the model (logits or classes), which "all-linear" leaves out.</summary>
    public bool IsOutputLayer { get; } = isOutputLayer;

    /// <summary>Input features.</summary>
    public int Inputs => InputsOf(Weight) + (Rest is null ? 0 : InputsOf(Rest));

    /// <summary>Output features.</summary>
    public int Outputs => Weight.InputsFirst ? Weight.Shape[1] : Weight.Shape[0];

    /// <summary>True when something of the client's changes this layer's output beyond its base tensors.</summary>
    internal bool HasBranches(Pass pass) => pass.Adapters.BranchesOf(this).Count > 0;

    internal Var Forward(Pass pass, Var x)
    {
        var branches = pass.Adapters.BranchesOf(this);
        return Forward(pass, x, branches, branches.Count);
    }

    internal LinearWeight WeightIn(Pass pass) => new(Part(pass, pass.Adapters.WeightOf(this), Weight), Rest is null ? null : Part(pass, pass.Adapters.ReplacementOf(Rest), Rest));

    internal Var? BiasIn(Pass pass) => Bias is null ? null : pass.Tape.Use(pass.Adapters.BiasOf(this) ?? Bias.Plain);

    // The last branch is the outermost.
    private Var Forward(Pass pass, Var x, List<IBranch> branches, int count)
    {
        if (count == 0)
        {
            return pass.Tape.Linear(x, WeightIn(pass), BiasIn(pass));
        }

        var branch = branches[count - 1];
        var input = branch.Enter(pass, x);
        var y = branch.Leave(pass, input, Forward(pass, input, branches, count - 1));
        if (input != x)
        {
            pass.Tape.Release(input);
        }

        return y;
    }

    private static LinearPart Part(Pass pass, Parameter? own, BaseTensor weight) =>
        own is null ? new(weight.Packed, null, weight.InputsFirst) : new(null, pass.Tape.Use(own), weight.InputsFirst);

    private static int InputsOf(BaseTensor weight) => weight.InputsFirst ? weight.Shape[0] : weight.Shape[1];
}
