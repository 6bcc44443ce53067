using Tributary.Numerics;

namespace Tributary.Cli.Shell;

/// <summary>Turns what went wrong into one line on the error stream and an exit code.</summary>
internal static class Failures
{
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
            terminal.Error.WriteLine($"tributary: {OneLine(Describe(error))}");
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

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
