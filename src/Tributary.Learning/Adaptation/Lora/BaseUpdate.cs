using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>
/// A fixed update of one module's base weight beside the LoRA factors that are trained there: B·A of [outputs, ranks] and [ranks, inputs] while these have fewer numbers than the
/// matrix [outputs, inputs], from then on the matrix. A base can so advance (merged adapters, residuals) while its weights stay shared.
/// </summary>
/// <param name="A">Key of A.</param>
/// <param name="B">Key of B.</param>
/// <param name="Whole">Key of the matrix.</param>
/// <param name="Outputs">Rows of the matrix.</param>
/// <param name="Inputs">Its columns.</param>
public sealed record BaseUpdate(TensorKey A, TensorKey B, TensorKey Whole, int Outputs, int Inputs)
{
    private const string RoleA = "base_A";
    private const string RoleB = "base_B";
    private const string RoleWhole = "base";

    /// <summary>The most ranks that are kept as factors.</summary>
    public int MostRanks => (int)((((long)Outputs * Inputs) - 1) / (Outputs + Inputs));

    /// <summary>The tensors it may consist of, factors with their most ranks.</summary>
    public IEnumerable<(TensorKey Key, int[] Shape)> Tensors =>
        [.. MostRanks > 0 ? new[] { (A, new[] { MostRanks, Inputs }), (B, [Outputs, MostRanks]) } : [], (Whole, [Outputs, Inputs])];

    /// <summary>Whether a tensor is part of such an update.</summary>
    public static bool IsPart(TensorKey key) => key.Role is RoleA or RoleB or RoleWhole;

    /// <summary>That of the module whose A has this key.</summary>
    public static BaseUpdate Of(TensorKey a, int outputs, int inputs)
    {
        var path = a.Name[..a.Name.LastIndexOf(".lora_", StringComparison.Ordinal)];
        return new BaseUpdate(Key(RoleA), Key(RoleB), Key(RoleWhole), outputs, inputs);
        TensorKey Key(string role) => a with { Role = role, Name = $"{path}.{role}" };
    }

    /// <summary>That of the module with these two factors.</summary>
    public static BaseUpdate Of(HostTensor a, HostTensor b) => Of(a.Key, b.Shape[0], a.Shape[1]);

    /// <summary>The update that a set holds, as factors; null when it holds none.</summary>
    public LoraFactors? In(ParameterSet set) => set.TryGet(A, out var a) ? new LoraFactors(LoraPair.Matrix(a), LoraPair.Matrix(set[B]), 1)
        : set.TryGet(Whole, out var whole) ? LoraFactors.OfWhole(LoraPair.Matrix(whole))
        : null;

    /// <summary>As many zeros as the update in a set and another of that many ranks take together.</summary>
    public IEnumerable<HostTensor> Room(ParameterSet set, int more)
    {
        var ranks = (set.TryGet(A, out var a) ? a.Shape[0] : 0) + more;
        return set.TryGet(Whole, out _) || ranks > MostRanks ? [HostTensor.Zeros(Whole, [Outputs, Inputs])]
            : ranks == 0 ? []
            : [HostTensor.Zeros(A, [ranks, Inputs]), HostTensor.Zeros(B, [Outputs, ranks])];
    }

    /// <summary>The update in a set and another, summed: factors one below the other as long as they stay factors.</summary>
    public IEnumerable<HostTensor> Plus(ParameterSet set, LoraFactors more)
    {
        if (set.TryGet(Whole, out var whole))
        {
            return [Matrix(LoraPair.Matrix(whole), more.Product())];
        }

        var before = In(set);
        var ranks = (before?.A.Rows ?? 0) + more.A.Rows;
        if (ranks > MostRanks)
        {
            return [Matrix(before?.Product() ?? new HostMatrix(Outputs, Inputs), more.Product())];
        }

        var sum = before is null ? LoraFactors.Stack([more], [1]) : LoraFactors.Stack([before, more], [1, 1]);
        return ranks == 0 ? [] : [new HostTensor(A, [ranks, Inputs], sum.A.ToSingles()), new HostTensor(B, [Outputs, ranks], sum.B.ToSingles())];
    }

    private HostTensor Matrix(HostMatrix before, HostMatrix more) =>
        new(Whole, [Outputs, Inputs], [.. before.Values.Zip(more.Values, (x, y) => (float)(x + y))]);
}
