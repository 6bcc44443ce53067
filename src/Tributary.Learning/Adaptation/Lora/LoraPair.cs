using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Adaptation.Targets;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>The two factors of one adapted module, found by their roles and names: what rules need that look at modules and not at single tensors.</summary>
/// <param name="A">Key of A [rank, inputs].</param>
/// <param name="B">Key of B [outputs, rank].</param>
/// <param name="Rank">The module's rank.</param>
/// <param name="Alpha">Numerator of its scale.</param>
/// <param name="Config">The adapter's settings.</param>
public sealed record LoraPair(TensorKey A, TensorKey B, int Rank, double Alpha, LoraConfig Config)
{
    private const string Prefix = "base_model.model.";
    private static readonly (string A, string B)[] Ends = [(".lora_A.weight", ".lora_B.weight"), (".lora_embedding_A", ".lora_embedding_B")];

    /// <summary>The scale of B·A.</summary>
    public double Scale => ScaleAt(Rank);

    /// <summary>The scale that alpha gives with another rank.</summary>
    public double ScaleAt(int rank) => Config.Scale(rank, Alpha);

    /// <summary>The pairs among tensors of these adapters, in key order.</summary>
    public static IReadOnlyList<LoraPair> Among(IEnumerable<TensorKey> keys, AdapterConfig adaptation)
    {
        var pairs = new List<LoraPair>();
        foreach (var key in keys.Where(key => key.Role == "lora_A"))
        {
            var config = adaptation is SeveralConfig several ? several.Adapters.GetValueOrDefault(key.Adapter) : adaptation;
            if (config is LoraConfig lora && Ends.FirstOrDefault(end => key.Name.EndsWith(end.A, StringComparison.Ordinal)) is { A: not null } ends)
            {
                var path = key.Name[..^ends.A.Length];
                var module = path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..] : path;
                pairs.Add(new LoraPair(
                    key, key with { Role = "lora_B", Name = path + ends.B },
                    ModulePattern.Value(module, lora.RankPattern, lora.Rank), ModulePattern.Value(module, lora.AlphaPattern, lora.Alpha), lora));
            }
        }

        return pairs;
    }

    /// <summary>A tensor as a matrix.</summary>
    public static Numerics.LinearAlgebra.HostMatrix Matrix(HostTensor tensor) => Numerics.LinearAlgebra.HostMatrix.Of(tensor.Shape[0], tensor.Shape[1], tensor.Values);
}
