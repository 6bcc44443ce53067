using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models;

/// <summary>A family's stack: any range of blocks can be run by itself.</summary>
public interface IBackbone
{
    /// <summary>Token rows to hidden rows [rows, width].</summary>
    Var Embed(Pass pass);

    /// <summary>One block; releases its input.</summary>
    Var Block(Pass pass, int layer, Var x);

    /// <summary>
    /// What stands between the last block and the output layer: a final norm, the transform of a masked-language head, a pooler. It works row by row, on all rows or on those
    /// selected; releases its input.
    /// </summary>
    Var Finish(Pass pass, Var x);
}
