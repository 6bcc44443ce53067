using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>y = f(x).</summary>
internal readonly unsafe struct ActivateKernel(View x, View y) : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V, TActivation>(int row, int start, int count)
        where V : struct, ILanes<V>
        where TActivation : struct, IActivation
    {
        float* source = x.At(row, start), target = y.At(row, start);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            Lane.Store(TActivation.Value(Lane.Load<V>(source + i, rest)), target + i, rest);
        }
    }
}
