using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Adaptation;

/// <summary>Something an adapter adds where a sub-layer's output joins the residual stream.</summary>
public interface IJunctionBranch
{
    /// <summary>Changes s, the sub-layer's output, in place or into a new value; x, the residual stream, must be left as it is. The junction then forms s + x and its norm.</summary>
    Var Apply(Pass pass, Junction junction, Var s, Var x);
}
