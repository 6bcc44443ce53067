namespace Tributary.Coordinator.Authority;

/// <summary>How long things hold.</summary>
internal static class Validities
{
    /// <summary>By how much clocks may differ: certificates hold from so much before they are made.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Certificates of sites.</summary>
    public static readonly TimeSpan Client = TimeSpan.FromDays(90);

    /// <summary>The coordinator's own; it makes the next one by itself when a third is left.</summary>
    public static readonly TimeSpan Server = TimeSpan.FromDays(90);

    /// <summary>The longest that an enrolment token may wait.</summary>
    public static readonly TimeSpan LongestToken = TimeSpan.FromDays(30);
}
