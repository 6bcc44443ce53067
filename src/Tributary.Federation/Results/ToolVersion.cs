using System.Reflection;

namespace Tributary.Federation.Results;

/// <summary>The version of this build.</summary>
public static class ToolVersion
{
    /// <summary>Without the revision it was built from: two builds of one version write the same results.</summary>
    public static string Current { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
