namespace Tributary.Numerics;

/// <summary>
/// One sequence inside a matrix of token rows: its queries are rows [QueryStart, QueryStart + QueryCount) and the keys they may see are rows
/// [KeyStart, KeyStart + KeyCount) of the key and value matrices. While training both ranges are equal; with a cache the keys are longer and the
/// queries are the last ones: query i stands at key position KeyCount − QueryCount + i.
/// </summary>
public readonly record struct Segment(int QueryStart, int QueryCount, int KeyStart, int KeyCount);

/// <summary>The shape of an attention: query and key/value heads (grouped when fewer), width of a head, score scale, causal mask, and window
/// (a query sees the last <c>Window</c> keys including itself; 0 means all).</summary>
public readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadWidth, float Scale, bool Causal, int Window = 0);
