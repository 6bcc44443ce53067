namespace Tributary.Simulation.Benchmarks;

/// <summary>Memory of this process as the system sees it.</summary>
public static class Memory
{
    /// <summary>Largest resident set so far, in bytes.</summary>
    public static long PeakRssBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>Resident set now, in bytes.</summary>
    public static long RssBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
