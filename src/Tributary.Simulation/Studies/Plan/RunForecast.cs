using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>What a run will need: the document of <c>plan --json</c>. A plan that is refused has reasons and no figures.</summary>
/// <param name="Trainable">Trainable parameters.</param>
/// <param name="PerRound">Bytes of one round, exact; a range where lengths depend on data.</param>
/// <param name="Total">Bytes of all rounds, exact; a range where lengths depend on data.</param>
/// <param name="BaseBytes">Memory of the base model's weights under each <c>backend.base_dtype</c>.</param>
/// <param name="Clients">Memory of each owner as a client on a machine of its own, in id order.</param>
/// <param name="MemoryBytes">Estimated largest memory of the simulation.</param>
/// <param name="Seconds">Estimated duration of the simulation, from steps that were measured on this machine.</param>
/// <param name="Reuse">What is kept of frozen lower blocks; null when nothing is.</param>
/// <param name="SharedPass">Clients that pass the backbone together.</param>
/// <param name="KernelSet">The kernels of this machine that the run would use, native libraries among them.</param>
/// <param name="Refusals">Why the experiment cannot run; empty when it can.</param>
public sealed record RunForecast(
    long? Trainable, PlannedBytes? PerRound, PlannedBytes? Total, IReadOnlyDictionary<string, long>? BaseBytes, IReadOnlyList<ClientForecast> Clients, long? MemoryBytes,
    double? Seconds, ReuseForecast? Reuse, SharedPass? SharedPass, string? KernelSet, IReadOnlyList<string> Refusals)
{
    /// <summary>The clients' machines, profile by profile; null where the experiment says nothing of them.</summary>
    public IReadOnlyList<DeviceForecast>? Devices { get; init; }

    /// <summary>How long bodies are on the wire in all rounds at the machines' bandwidths, in every round of the client that takes longest; null where none is given.</summary>
    public SecondsFigure? TransferSeconds { get; init; }

    /// <summary>What the run would warn of: settings without effect, clients left out, and what befell the data.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>A plan that cannot be carried out.</summary>
    public static RunForecast Refused(IReadOnlyList<string> reasons) => new(null, null, null, null, [], null, null, null, null, null, reasons);
}

/// <summary>Bytes in both directions: whole bodies, and tensor data alone.</summary>
public sealed record PlannedBytes(Figure BytesUp, Figure BytesDown, Figure ValueBytesUp, Figure ValueBytesDown);

/// <summary>What one client needs.</summary>
/// <param name="Id">The client.</param>
/// <param name="MemoryBytes">Memory of a process that trains it, see <see cref="Devices.ClientMemory"/>.</param>
/// <param name="Fits">Whether its machine has as much: that of its profile, or this one.</param>
/// <param name="Why">What the memory is made of.</param>
public sealed record ClientForecast(string Id, long MemoryBytes, bool Fits, string Why)
{
    /// <summary>Its machine's profile; null where the experiment names none.</summary>
    public string? Profile { get; init; }
}
