using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation;

/// <summary>Something an adapter puts around a linear layer and the branches that it has already.</summary>
public interface IBranch
{
    /// <summary>What is read in the place of x: x itself or a new value; x stays the caller's.</summary>
    Var Enter(Pass pass, Var x) => x;

    /// <summary>Changes y, what is given for x (as <see cref="Enter"/> left it), in place, or gives a new value and releases y; x stays the caller's.</summary>
    Var Leave(Pass pass, Var x, Var y);
}

/// <summary>Something an adapter does to the rows of an embedding.</summary>
public interface IEmbeddingBranch
{
    /// <summary>Changes y, the row of each id, in place, or gives a new value and releases y.</summary>
    Var Apply(Pass pass, ReadOnlyMemory<int> ids, Var y);
}
