using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>z = f′(x) ⊙ d + beta · z.</summary>
internal readonly unsafe struct ActivateSlopeKernel(View x, View d, View z, float beta) : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V, TActivation>(int row, int start, int count)
        where V : struct, ILanes<V>
        where TActivation : struct, IActivation
    {
        float* source = x.At(row, start), direction = d.At(row, start), target = z.At(row, start);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            TActivation.ValueAndSlope(Lane.Load<V>(source + i, rest), out var slope);
            Lane.Store(V.MultiplyAdd(slope, Lane.Load<V>(direction + i, rest), Lane.Old<V>(target + i, rest, beta)), target + i, rest);
        }
    }
}
