using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>Rows as they are stored in a trained table [count, width].</summary>
internal sealed class RowTable(Parameter table) : IVirtualRows
{
    private readonly int[] all = [.. Enumerable.Range(0, table.Value.Rows)];
    private (Pass, int) made;
    private Var rows = null!;

    public int Count => all.Length;

    public Var In(Pass pass)
    {
        if (made != pass.Run)
        {
            (made, rows) = (pass.Run, pass.Tape.Embed(null, pass.Tape.Use(table), all));
        }

        return rows;
    }
}
