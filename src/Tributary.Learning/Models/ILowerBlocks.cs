using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models;

/// <summary>What stands in a pass for a model's first blocks: it remembers what they give, or receives it from somebody who runs them.</summary>
public interface ILowerBlocks
{
    /// <summary>How many blocks, from the first on.</summary>
    int Blocks { get; }

    /// <summary>Hidden rows after these blocks, [rows, width].</summary>
    Var Forward(Pass pass);
}
