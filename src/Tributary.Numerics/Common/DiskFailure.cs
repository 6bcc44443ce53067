namespace Tributary.Numerics;

/// <summary>Tells errors of the file system, which a user can mend, from mistakes in a program.</summary>
public static class DiskFailure
{
    /// <summary>True for a full or unreadable disk, missing rights, and a file beyond the size that file system or quota allow.</summary>
    // .NET reports the last (EFBIG) as ArgumentOutOfRangeException.
    public static bool Is(Exception error) => error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" or null };
}
