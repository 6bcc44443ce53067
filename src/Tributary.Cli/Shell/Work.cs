using Spectre.Console;

namespace Tributary.Cli.Shell;

/// <summary>A bar with the time left while a verb works, on the error stream and only when a person watches it.</summary>
internal static class Work
{
    /// <summary>Runs the work, which reports how many of <paramref name="total"/> steps are done.</summary>
    public static T Run<T>(Terminal terminal, string what, double total, Func<IProgress<double>, T> work)
    {
        if (!terminal.ShowsProgress)
        {
            return work(new Silence());
        }

        return terminal.Logs.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: total);
                return work(new Bar(task));
            });
    }

    private sealed class Silence : IProgress<double>
    {
        public void Report(double value)
        {
        }
    }

    // Not System.Progress: that one reports on another thread, out of order.
    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
