using System.Diagnostics;
using Tributary.Numerics;

namespace Tributary.Cli.Shell;

/// <summary>Runs this tool again in a process of its own, for measurements that must not disturb each other.</summary>
internal static class OwnProcess
{
    /// <summary>Runs a command line and returns its output; its errors go where this process's go.</summary>
    /// <exception cref="RunException">It did not end well.</exception>
    public static string Output(params string[] arguments)
    {
        // Under the shared host the process is dotnet and the tool its first argument.
        var host = Environment.ProcessPath ?? throw new RunException("the path of this program is unknown");
        string[] tool = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        using var process = Process.Start(new ProcessStartInfo(host, [.. tool, .. arguments]) { RedirectStandardOutput = true })
            ?? throw new RunException($"{host} does not start");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new RunException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}");
    }
}
