using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>One of a bottleneck's two projections.</summary>
internal interface IProjection
{
    /// <summary>The projection of every row.</summary>
    Var Apply(Pass pass, Var x);
}
