namespace Tributary.Numerics;

/// <summary>
/// Reads elements [start, start + destination.Length) of a row-major tensor, so that it need not be held whole in single precision. May be called from several threads at once.
/// </summary>
public delegate void ReadElements(long start, Span<float> destination);
