namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>Work on independent items (rows, blocks of columns, heads…), written once for every register width.</summary>
internal interface IKernel
{
    /// <summary>Works on the items [start, end).</summary>
    void Run<V>(int start, int end)
        where V : struct, ILanes<V>;
}
