namespace Tributary.Coordinator.Audit;

/// <summary>Where a log ends. Whoever notes one down can tell later that nothing up to it was changed or cut away.</summary>
/// <param name="Sequence">Number of the last entry; 0 before the first.</param>
/// <param name="Hash">Its hash, 64 hexadecimal digits.</param>
public sealed record AuditHead(long Sequence, string Hash)
{
    /// <summary>The head of a log without entries.</summary>
    public static AuditHead Beginning { get; } = new(0, new string('0', 64));
}
