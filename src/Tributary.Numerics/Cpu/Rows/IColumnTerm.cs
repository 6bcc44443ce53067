using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>What is summed down the columns.</summary>
internal interface IColumnTerm
{
    /// <summary>The terms of a row from <paramref name="column"/> on, of which <paramref name="remaining"/> exist.</summary>
    V Load<V>(int row, int column, int remaining)
        where V : struct, ILanes<V>;
}
