using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Tributary.Cli.Shell;

/// <summary>Where a verb writes: results to the output, progress and logs to the error stream. JSON and nothing else goes to the output when asked for.</summary>
internal sealed class Terminal : IDisposable
{
    private const int WidthOfPipes = 160;
    private readonly Interruption interruption = new();

    private Terminal(TextWriter output, TextWriter error, bool showsProgress)
    {
        (Out, Error, ShowsProgress) = (output, error, showsProgress);
        Results = Create(output, Console.IsOutputRedirected);
        Logs = Create(error, Console.IsErrorRedirected);
    }

    /// <summary>The output.</summary>
    public TextWriter Out { get; }

    /// <summary>The error stream.</summary>
    public TextWriter Error { get; }

    /// <summary>Tables and texts for people, on the output.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>Progress and remarks, on the error stream.</summary>
    public IAnsiConsole Logs { get; }

    /// <summary>True when a person watches the error stream.</summary>
    public bool ShowsProgress { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = TimeProvider.System;

    /// <summary>Cancelled when the user asked to stop.</summary>
    public CancellationToken Interrupted => interruption.Token;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsErrorRedirected);

    /// <summary>Writes the one JSON document of a verb.</summary>
    public void WriteJson<T>(T document, JsonTypeInfo<T> type) => Out.WriteLine(JsonSerializer.Serialize(document, type));

    /// <inheritdoc/>
    public void Dispose() => interruption.Dispose();

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = WidthOfPipes;
        }

        return console;
    }
}
