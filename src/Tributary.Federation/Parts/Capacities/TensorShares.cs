using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>Which tensors of a model are a client's in a round, where capacities divide them.</summary>
internal static class TensorShares
{
    /// <summary>The tensors of a number of blocks drawn for (seed, version, client), and those outside the blocks.</summary>
    public static IReadOnlyList<string> OfBlocks(IReadOnlyList<TensorKey> keys, int count, string client, int version, long seed)
    {
        int[] blocks = [.. keys.Select(key => key.Layer).Where(layer => layer >= 0).Distinct().Order()];
        var drawn = PhiloxStream.Root(seed).Child("blocks").Child(version).Child(client).Sequence().Choose(blocks.Length, Math.Min(count, blocks.Length)).Select(i => blocks[i]).ToHashSet();
        return [.. keys.Where(key => key.Layer < 0 || drawn.Contains(key.Layer)).Select(key => key.WireName)];
    }

    /// <summary>Unit u belongs to place u mod <paramref name="places"/>: both factors of a LoRA module, or one other tensor; those with a common role are everyone's.</summary>
    public static IReadOnlyList<string> OfUnits(IReadOnlyList<TensorKey> keys, AdapterConfig adaptation, IReadOnlyList<string> common, int place, int places)
    {
        var partners = LoraPair.Among(keys, adaptation).ToDictionary(pair => pair.B, pair => pair.A);
        var units = keys.Where(key => !common.Contains(key.Role, StringComparer.Ordinal) && !partners.ContainsKey(key)).Select((key, unit) => (key, unit)).ToDictionary(u => u.key, u => u.unit);
        return [.. keys.Where(key => common.Contains(key.Role, StringComparer.Ordinal) || units[partners.GetValueOrDefault(key, key)] % places == place).Select(key => key.WireName)];
    }
}
