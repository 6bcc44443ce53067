using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>Which tensors of a model are a client's in a round, where capacities divide them.</summary>
internal static class TensorShares
{
    /// <summary>The blocks that tensors are in, in their order.</summary>
    public static IReadOnlyList<int> BlocksOf(IEnumerable<TensorKey> keys) => [.. keys.Select(key => key.Layer).Where(layer => layer >= 0).Distinct().Order()];

    /// <summary>A number of blocks drawn for (seed, version, client), in their order.</summary>
    public static IReadOnlyList<int> Draw(IReadOnlyList<TensorKey> keys, int count, string client, int version, long seed)
    {
        var blocks = BlocksOf(keys);
        return [.. PhiloxStream.Root(seed).Child("blocks").Child(version).Child(client).Sequence().Choose(blocks.Count, Math.Min(count, blocks.Count)).Select(i => blocks[i]).Order()];
    }

    /// <summary>The tensors of these blocks, and those outside the blocks.</summary>
    public static IReadOnlyList<string> OfBlocks(IReadOnlyList<TensorKey> keys, IReadOnlyList<int> blocks) =>
        [.. keys.Where(key => key.Layer < 0 || blocks.Contains(key.Layer)).Select(key => key.WireName)];

    /// <summary>The tensors of the blocks below the last ones.</summary>
    public static IReadOnlyList<string> Below(IReadOnlyList<TensorKey> keys, int last)
    {
        var blocks = BlocksOf(keys);
        return last >= blocks.Count ? [] : [.. keys.Where(key => key.Layer >= 0 && key.Layer < blocks[^last]).Select(key => key.WireName)];
    }

    /// <summary>Unit u belongs to place u mod <paramref name="places"/>: both factors of a LoRA module, or one other tensor; those with a common role are everyone's.</summary>
    public static IReadOnlyList<string> OfUnits(IReadOnlyList<TensorKey> keys, AdapterConfig adaptation, IReadOnlyList<string> common, int place, int places)
    {
        var partners = LoraPair.Among(keys, adaptation).ToDictionary(pair => pair.B, pair => pair.A);
        var units = keys.Where(key => !common.Contains(key.Role, StringComparer.Ordinal) && !partners.ContainsKey(key)).Select((key, unit) => (key, unit)).ToDictionary(u => u.key, u => u.unit);
        return [.. keys.Where(key => common.Contains(key.Role, StringComparer.Ordinal) || units[partners.GetValueOrDefault(key, key)] % places == place).Select(key => key.WireName)];
    }
}
