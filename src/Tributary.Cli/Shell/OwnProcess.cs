using System.Diagnostics;
using Tributary.Numerics;

namespace Tributary.Cli.Shell;

/// <summary>Runs this tool again in a process of its own, for what must not disturb each other.</summary>
internal static class OwnProcess
{
    /// <summary>The option of a verb that ends its process when its input ends, which is when the process that started it closes it or ends, however it ends.</summary>
    public const string EndsWithInput = "--ends-with-input";

    /// <summary>Runs a command line and returns its output; its errors go where this process's go.</summary>
    /// <exception cref="RunException">It did not end well.</exception>
    public static string Output(params string[] arguments)
    {
        using var process = Start(arguments, start => start.RedirectStandardOutput = true);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new RunException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}");
    }

    /// <summary>Runs a command line of a verb that <see cref="EndsWithInput"/>; returns its exit code and the last line of its error stream.</summary>
    /// <exception cref="OperationCanceledException">This process was asked to stop: the other has ended.</exception>
    public static async Task<(int Code, string LastError)> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        using var process = Start(
            [.. arguments, EndsWithInput], start => (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true));
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None); // else it would wait for a reader
        var error = LastLineAsync(process.StandardError);
        using (cancel.Register(process.StandardInput.Close))
        {
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await output.ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return (process.ExitCode, await error.ConfigureAwait(false));
    }

    /// <summary>Ends this process when its input ends.</summary>
    public static void EndWithInput() => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        Environment.Exit(ExitCode.Interrupted);
    })
    { IsBackground = true, Name = "end of input" }.Start();

    private static Process Start(string[] arguments, Action<ProcessStartInfo> redirect)
    {
        // Under the shared host the process is dotnet and the tool its first argument.
        var host = Environment.ProcessPath ?? throw new RunException("the path of this program is unknown");
        string[] tool = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        var start = new ProcessStartInfo(host, [.. tool, .. arguments]);
        redirect(start);
        return Process.Start(start) ?? throw new RunException($"{host} does not start");
    }

    private static async Task<string> LastLineAsync(StreamReader lines)
    {
        var last = "";
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            last = line.Length > 0 ? line : last;
        }

        return last;
    }
}
