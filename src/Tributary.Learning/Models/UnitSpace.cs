using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Models;

/// <summary>Where a tensor counts the units of a space.</summary>
/// <param name="Tensor">The tensor's Hugging Face name.</param>
/// <param name="Axis">The axis that counts them.</param>
/// <param name="Start">Where the first of them stands on that axis.</param>
/// <param name="IsInput">Whether it is a matrix that makes the units: what its slice for a unit holds says how much the unit is worth.</param>
public sealed record UnitAxis(string Tensor, int Axis, int Start, bool IsInput);

/// <summary>
/// Hidden units of a model that may stand in any order, if all tensors that count them are put in the same: the inner units of a feed-forward network, or the dimensions that
/// queries and keys of one attention head have in common.
/// </summary>
/// <param name="Count">Number of units.</param>
/// <param name="Axes">Where tensors count them.</param>
/// <param name="IsElastic">Whether the model runs with the first of them alone.</param>
public sealed record UnitSpace(int Count, IReadOnlyList<UnitAxis> Axes, bool IsElastic)
{
    /// <summary>The inner units of a feed-forward network.</summary>
    internal static UnitSpace Inner(Linear down, params IReadOnlyList<Linear> up) =>
        new(up[0].Outputs, [.. up.SelectMany(linear => Outputs(linear, 0)), new UnitAxis(down.Weight.Key.Name, down.Weight.InputsFirst ? 0 : 1, 0, IsInput: false)], IsElastic: true);

    /// <summary>What queries and keys of one head have in common: their products do not change when both are put in another order, if nothing turns them by their places.</summary>
    /// <param name="query">Makes the queries.</param>
    /// <param name="queryStart">Where those of the head begin among its outputs.</param>
    /// <param name="key">Makes the keys.</param>
    /// <param name="keyStart">Where those of the head begin among its outputs.</param>
    /// <param name="width">Width of a head.</param>
    internal static UnitSpace Head(Linear query, int queryStart, Linear key, int keyStart, int width) =>
        new(width, [.. Outputs(query, queryStart), .. Outputs(key, keyStart)], IsElastic: false);

    private static IEnumerable<UnitAxis> Outputs(Linear linear, int start)
    {
        yield return new UnitAxis(linear.Weight.Key.Name, linear.Weight.InputsFirst ? 1 : 0, start, IsInput: true);
        if (linear.Bias is { } bias)
        {
            yield return new UnitAxis(bias.Key.Name, 0, start, IsInput: false);
        }
    }
}
