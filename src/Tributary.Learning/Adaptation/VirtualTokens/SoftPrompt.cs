using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>Virtual rows in front of every sequence's embedded tokens.</summary>
internal sealed class SoftPrompt(IVirtualRows rows) : IEmbeddingBranch
{
    public Var Apply(Pass pass, ReadOnlyMemory<int> ids, Var y) =>
        pass.Rows.VirtualRows == 0 ? y : pass.Tape.ReplaceRows(y, rows.In(pass), pass.Rows.VirtualStarts);
}
