namespace Tributary.Coordinator.Store;

/// <summary>What is known of a run beside its journal and files.</summary>
/// <param name="Id">Its name in addresses and folders.</param>
/// <param name="Owner">The person who made it.</param>
/// <param name="Experiment">The experiment file as it came.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Changed">When its state last changed.</param>
/// <param name="Reason">Why it is in this state, where that needs saying.</param>
public sealed record RunRecord(string Id, string Owner, string Experiment, RunState State, DateTimeOffset Created, DateTimeOffset Changed, string? Reason = null);

/// <summary>What a run is doing.</summary>
public enum RunState
{
    /// <summary>Made and not begun.</summary>
    Created,

    /// <summary>Hands out work.</summary>
    Running,

    /// <summary>Hands out no work and can go on.</summary>
    Paused,

    /// <summary>Ended before its last round by a person.</summary>
    Stopped,

    /// <summary>Ended by a failure.</summary>
    Failed,

    /// <summary>Ended with its last round.</summary>
    Finished,
}
