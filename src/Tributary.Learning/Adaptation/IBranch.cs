using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation;

/// <summary>Something an adapter does to what a linear layer gives.</summary>
public interface IBranch
{
    /// <summary>Changes y, the output for x, in place, or gives a new value and releases y; x stays the caller's.</summary>
    Var Apply(Pass pass, Var x, Var y);
}

/// <summary>Something an adapter does to what a linear layer reads.</summary>
public interface IInputBranch
{
    /// <summary>A new value in the place of x, which stays the caller's.</summary>
    Var Apply(Pass pass, Var x);
}

/// <summary>Something an adapter does to the rows of an embedding.</summary>
public interface IEmbeddingBranch
{
    /// <summary>Changes y, the row of each id, in place, or gives a new value and releases y.</summary>
    Var Apply(Pass pass, ReadOnlyMemory<int> ids, Var y);
}
