using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Emulator;

/// <summary>
/// Offsite-tuning (Xiao et al. 2023): the first and the last blocks are trained whole, over an emulator of the blocks between them: some of those, frozen, at even distances.
/// What is trained belongs to the whole model, and its adapter folder is one of chosen blocks that are plugged in there.
/// </summary>
/// <param name="Bottom">First blocks that are trained, at least 1.</param>
/// <param name="Top">Last blocks that are trained, at least 1.</param>
/// <param name="Drop">Share of the blocks between them that the emulator is without, 0 … below 1.</param>
/// <param name="Own">Whether the emulator's blocks have weights of their own, which begin as the base's: an adapter beside that of the trained blocks, named <see cref="OwnName"/>.</param>
public sealed record EmulatorConfig(int Bottom = 2, int Top = 2, double Drop = 0.2, bool Own = false) : AdapterConfig
{
    /// <summary>The name of the adapter that holds an emulator's own weights.</summary>
    public const string OwnName = "emulator";

    /// <summary>Which of so many blocks an emulator keeps, first and last always.</summary>
    /// <exception cref="InputException">Fewer than two are left of several.</exception>
    public static IReadOnlyList<int> Kept(int blocks, double drop)
    {
        var count = (int)Math.Round(blocks * (1 - drop), MidpointRounding.ToEven);
        if (count == blocks)
        {
            return [.. Enumerable.Range(0, blocks)];
        }

        return count >= 2
            ? [.. Enumerable.Range(0, count).Select(i => (int)Math.Floor(i * ((blocks - 1) / (double)(count - 1))))]
            : throw new InputException($"adaptation: an emulator that drops {drop:R} of {blocks} blocks keeps {count}, it needs its first and its last; drop less");
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Bottom < 1 || Top < 1)
        {
            yield return "bottom and top must be at least 1";
        }

        if (Drop is not (>= 0 and < 1))
        {
            yield return "drop must be from 0 to below 1";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter)
    {
        var between = model.Shape.Layers - Bottom - Top;
        if (between < 1)
        {
            throw new InputException($"adaptation: with {Bottom} blocks trained below and {Top} above nothing is left of the model's {model.Shape.Layers} to emulate");
        }

        int[] kept = [.. Kept(between, Drop).Select(block => Bottom + block)];
        var edges = new EmulatorAdapter(this, model, [.. Enumerable.Range(Bottom, between).Except(kept)], name);
        return Own ? [edges, .. new LayersConfig(kept).Resolve(model, OwnName)] : [edges];
    }
}
