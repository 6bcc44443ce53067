using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>ty = f′(gate) ⊙ up ⊙ tgate + f(gate) ⊙ tup.</summary>
internal readonly unsafe struct GateTangentKernel(View gate, View up, View tgate, View tup, View ty) : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V, TActivation>(int row, int start, int count)
        where V : struct, ILanes<V>
        where TActivation : struct, IActivation
    {
        float* gates = gate.At(row, start), ups = up.At(row, start), alongGate = tgate.At(row, start), alongUp = tup.At(row, start), target = ty.At(row, start);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            var value = TActivation.ValueAndSlope(Lane.Load<V>(gates + i, rest), out var slope);
            var second = value * Lane.Load<V>(alongUp + i, rest);
            Lane.Store(V.MultiplyAdd(slope * Lane.Load<V>(ups + i, rest), Lane.Load<V>(alongGate + i, rest), second), target + i, rest);
        }
    }
}
