using System.Diagnostics;
using System.Globalization;

namespace Tributary.Cli.Tests;

/// <summary>Runs the built tool as a process of its own.</summary>
internal static class BuiltTool
{
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "tributary.dll");

    public static Outcome Run(params string[] arguments) => RunProgram([], "dotnet", [Assembly, .. arguments]);

    public static Outcome Run(IReadOnlyDictionary<string, string> environment, params string[] arguments) => RunProgram(environment, "dotnet", [Assembly, .. arguments]);

    /// <summary>Runs the tool where no file may grow beyond that many KiB, as on a disk that is full.</summary>
    public static Outcome RunWithFilesUpTo(int kibibytes, params string[] arguments) => RunProgram(
        new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }, // which would count as a file
        "bash",
        ["-c", string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {kibibytes}; exec dotnet \"$@\""), "bash", Assembly, .. arguments]);

    /// <summary>Starts the tool and lets it run; Ctrl-C reaches it even where this process ignores it.</summary>
    public static RunningTool Start(params string[] arguments) => new(Launch([], "env", ["--default-signal=INT", "dotnet", Assembly, .. arguments]));

    private static Outcome RunProgram(IEnumerable<KeyValuePair<string, string>> environment, string program, string[] arguments)
    {
        using var tool = new RunningTool(Launch(environment, program, arguments));
        return tool.Outcome();
    }

    private static Process Launch(IEnumerable<KeyValuePair<string, string>> environment, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0"; // such short lives do not repay profiling
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>The tool while it runs.</summary>
internal sealed class RunningTool : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    public RunningTool(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => process.HasExited;

    /// <summary>SIGKILL: it gets no chance to tidy up.</summary>
    public void Kill() => process.Kill();

    /// <summary>Ctrl-C.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    public Outcome Outcome()
    {
        process.WaitForExit(60_000).ShouldBeTrue("the tool did not end within a minute");
        return new Outcome(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}

/// <summary>What the tool answered.</summary>
internal sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>Holds a refusal to the contract: exit 2, nothing on the output, one line on the error stream.</summary>
    public string ShouldBeRefused()
    {
        Code.ShouldBe(2, Error);
        Output.ShouldBeEmpty();
        Error.TrimEnd('\n').ShouldNotContain('\n');
        Error.ShouldStartWith("tributary: ");
        return Error;
    }
}
