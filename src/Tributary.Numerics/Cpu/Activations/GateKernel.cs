using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>y = f(gate) ⊙ up.</summary>
internal readonly unsafe struct GateKernel(View gate, View up, View y) : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V, TActivation>(int row, int start, int count)
        where V : struct, ILanes<V>
        where TActivation : struct, IActivation
    {
        float* gates = gate.At(row, start), ups = up.At(row, start), target = y.At(row, start);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            Lane.Store(TActivation.Value(Lane.Load<V>(gates + i, rest)) * Lane.Load<V>(ups + i, rest), target + i, rest);
        }
    }
}
