using Spectre.Console;

namespace Tributary.Cli.Shell;

/// <summary>Shows a person who watches the error stream that a verb works; nothing otherwise.</summary>
internal static class Work
{
    /// <summary>Runs work that cannot say how far it is.</summary>
    public static T Wait<T>(Terminal terminal, string what, Func<T> work) =>
        terminal.ShowsProgress ? terminal.Logs.Status().Start(Markup.Escape(what), _ => work()) : work();

    /// <summary>Runs work that reports how many of <paramref name="total"/> steps are done: a bar with the time left.</summary>
    public static T Run<T>(Terminal terminal, string what, double total, Func<IBar, T> work) => Run(terminal, what, total, work, [new RemainingTimeColumn()]);

    /// <summary>The same for few long steps: the work says itself how much time is left.</summary>
    public static T RunLong<T>(Terminal terminal, string what, double total, Func<IBar, T> work) => Run(terminal, what, total, work, []);

    private static T Run<T>(Terminal terminal, string what, double total, Func<IBar, T> work, ProgressColumn[] columns) => !terminal.ShowsProgress
        ? work(new Silence())
        : terminal.Logs.Progress().AutoClear(true)
            .Columns([new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), .. columns])
            .Start(context => work(new Bar(context.AddTask(Markup.Escape(what), maxValue: total))));

    private sealed class Silence : IBar
    {
        public void Report(double value)
        {
        }

        public void Say(string what)
        {
        }
    }

    // Not System.Progress: that one reports on another thread, out of order.
    private sealed class Bar(ProgressTask task) : IBar
    {
        public void Report(double value) => task.Value = value;

        public void Say(string what) => task.Description = Markup.Escape(what);
    }
}

/// <summary>How far a verb is, and in what.</summary>
internal interface IBar : IProgress<double>
{
    /// <summary>Names what is being done now.</summary>
    void Say(string what);
}
