using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models;

/// <summary>A family's stack: any range of blocks can be run by itself.</summary>
public interface IDecoder
{
    /// <summary>Token rows to hidden rows [rows, width].</summary>
    Var Embed(Pass pass);

    /// <summary>One block; releases its input.</summary>
    Var Block(Pass pass, int layer, Var x);

    /// <summary>The norm in front of the head; releases its input.</summary>
    Var FinalNorm(Pass pass, Var x);
}
