using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>Trained rows that stand for virtual tokens: a table, or what an encoder makes of one.</summary>
public interface IVirtualRows
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>The rows, [count, width]; made once for each pass.</summary>
    Var In(Pass pass);
}
