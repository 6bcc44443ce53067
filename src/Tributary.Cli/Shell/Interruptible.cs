namespace Tributary.Cli.Shell;

/// <summary>Runs work that has nothing to save: asked to stop, it may end by itself and clear up, and is left behind when it does not.</summary>
internal static class Interruptible
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Runs the work on a thread of its own, which ends with the process.</summary>
    /// <exception cref="OperationCanceledException">The user asked to stop.</exception>
    public static int Run(CancellationToken asked, Func<int> work)
    {
        var working = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            Task.WaitAny([working], asked);
        }
        catch (OperationCanceledException) when (Task.WaitAny([working], Grace) == 0)
        {
            // It noticed.
        }

        return working.GetAwaiter().GetResult();
    }
}
