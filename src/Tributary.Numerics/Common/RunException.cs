namespace Tributary.Numerics;

/// <summary>A failure while running, after the last good state was saved: disk full, a loss that is not finite. The tool exits with 1.</summary>
public sealed class RunException(string message, Exception? inner = null) : Exception(message, inner);
