using System.Diagnostics;

namespace Tributary.Cli.Tests;

/// <summary>Runs the built tool as a process of its own.</summary>
internal static class BuiltTool
{
    public static Outcome Run(params string[] arguments) => Run([], arguments);

    public static Outcome Run(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tributary.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit(60_000).ShouldBeTrue("the tool did not end within a minute");
        return new Outcome(process.ExitCode, output.GetAwaiter().GetResult(), error);
    }

    private static Outcome Run(KeyValuePair<string, string>[] environment, string[] arguments) => Run(new Dictionary<string, string>(environment), arguments);
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
