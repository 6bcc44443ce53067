namespace Tributary.Cli.Shell;

/// <summary>A verb was interrupted; the message says how to go on.</summary>
internal sealed class InterruptedException(string message, Exception inner) : OperationCanceledException(message, inner);
