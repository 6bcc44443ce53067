using System.Runtime.InteropServices;

namespace Tributary.Cli.Shell;

/// <summary>
/// Ctrl-C or a termination signal, as a token: the first asks the verb to save and stop, the second ends the process at once. Before a verb has taken the token there is
/// nothing to save, and the first ends the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] signals;
    private volatile bool taken;

    public Interruption() => signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask)];

    /// <summary>Cancelled when the user asked to stop.</summary>
    public CancellationToken Token
    {
        get
        {
            taken = true;
            return source.Token;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in signals)
        {
            signal.Dispose();
        }

        source.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = taken && !source.IsCancellationRequested;
        source.Cancel();
    }
}
