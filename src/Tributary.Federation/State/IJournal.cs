namespace Tributary.Federation.State;

/// <summary>What happened in a run, in order. One process at a time has it.</summary>
public interface IJournal : IDisposable
{
    /// <summary>The entries found when opening, oldest first.</summary>
    IReadOnlyList<JournalEntry> Entries { get; }

    /// <summary>Appends an entry; when this returns, the entry survives the end of the process.</summary>
    /// <exception cref="Tributary.Numerics.RunException">The disk is full or not writable.</exception>
    void Append(JournalEntry entry);
}
