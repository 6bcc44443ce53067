namespace Tributary.Numerics;

/// <summary>Bad input or bad usage: the message is one line that says what is wrong, where, and how to mend it. The tool exits with 2.</summary>
public class InputException(string message, Exception? inner = null) : Exception(message, inner);
