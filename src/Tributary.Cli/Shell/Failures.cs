using Tributary.Numerics;

namespace Tributary.Cli.Shell;

/// <summary>Turns what went wrong into one line on the error stream and an exit code.</summary>
internal static class Failures
{
    /// <summary>How the line of a failure begins.</summary>
    public const string Mark = "tributary: ";

    private const int LongestLine = 2000;

    /// <summary>Runs a verb. TRIBUTARY_DEBUG=1 adds the details of an error.</summary>
    public static int Guard(Terminal terminal, Func<int> verb)
    {
        try
        {
            return verb();
        }
        catch (Exception thrown)
        {
            var error = Innermost(thrown);
            terminal.Error.WriteLine($"{Mark}{OneLine(Describe(error))}");
            if (Environment.GetEnvironmentVariable("TRIBUTARY_DEBUG") == "1")
            {
                terminal.Error.WriteLine(thrown);
            }

            return error switch
            {
                InputException => ExitCode.BadInput,
                OperationCanceledException => ExitCode.Interrupted,
                _ => ExitCode.Failed,
            };
        }
    }

    private static string Describe(Exception error) => error switch
    {
        InputException or RunException => error.Message,
        OperationCanceledException => error is InterruptedException ? error.Message : "interrupted",
        OutOfMemoryException => "out of memory: use a smaller model, batch or length",
        IOException or UnauthorizedAccessException => error.Message,
        _ => $"unexpected {error.GetType().Name}: {error.Message} (TRIBUTARY_DEBUG=1 shows where)",
    };

    // Parallel loops wrap what a worker threw.
    private static Exception Innermost(Exception error)
    {
        while (error is AggregateException { InnerExceptions: [var only] })
        {
            error = only;
        }

        return error;
    }

    // Messages quote what files say: no control character reaches the terminal, and a name of a megabyte stays a line.
    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var plain = string.Concat(line.Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return plain.Length <= LongestLine ? plain : $"{plain.AsSpan(0, LongestLine / 2)} … {plain.AsSpan(plain.Length - (LongestLine / 2))}";
    }
}
