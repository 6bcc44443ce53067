using System.Globalization;

namespace Tributary.Simulation.Devices;

/// <summary>What the process of a client that trains holds, in bytes.</summary>
/// <param name="Program">The program, its documents and the tokenizer.</param>
/// <param name="Base">The frozen backbone.</param>
/// <param name="Rows">The client's rows.</param>
/// <param name="Values">Trainable values, their gradient and the optimizer's moments.</param>
/// <param name="Activations">What the largest pass keeps.</param>
/// <param name="Updates">Updates of the base.</param>
/// <param name="Kept">What frozen lower blocks give for its samples.</param>
public sealed record MemoryNeed(long Program, long Base, long Rows, long Values, long Activations, long Updates, long Kept)
{
    /// <summary>All of it.</summary>
    public long Bytes => Program + Base + Rows + Values + Activations + Updates + Kept;

    /// <summary>All but what is kept for the way back.</summary>
    public long WithoutActivations => Bytes - Activations;

    /// <summary>Its parts in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"program {Size(Program)}, base {Size(Base)}, rows {Size(Rows)}, trainable values with gradient and moments {Size(Values)}, activations {Size(Activations)}{(Updates > 0 ? $", updates of the base {Size(Updates)}" : "")}{(Kept > 0 ? $", kept of frozen blocks {Size(Kept)}" : "")}");

    /// <summary>Bytes for people.</summary>
    public static string Size(long bytes) =>
        bytes < 1e9 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
