namespace Tributary.Tests;

/// <summary>A fact that needs the shared data, models and references named by TRIBUTARY_DATA, and says so when they are missing.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute() => Skip = SharedData.SkipReason;
}

/// <summary>A theory that needs the shared data.</summary>
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute() => Skip = SharedData.SkipReason;
}

/// <summary>Where the shared data are.</summary>
public static class SharedData
{
    public static string? Root { get; } = Environment.GetEnvironmentVariable("TRIBUTARY_DATA") is { Length: > 0 } root && Directory.Exists(root) ? Path.GetFullPath(root) : null;

    public static string? SkipReason => Root is null ? "TRIBUTARY_DATA does not name a folder with the shared data" : null;

    public static string PathOf(params string[] parts) => Path.Combine([Root!, .. parts]);
}
