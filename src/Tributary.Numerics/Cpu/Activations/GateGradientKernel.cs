using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>dgate += f′(gate) ⊙ up ⊙ dy; dup += f(gate) ⊙ dy.</summary>
internal readonly unsafe struct GateGradientKernel(View gate, View up, View dy, View dgate, View dup) : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V, TActivation>(int row, int start, int count)
        where V : struct, ILanes<V>
        where TActivation : struct, IActivation
    {
        float* gates = gate.At(row, start), ups = up.At(row, start), outer = dy.At(row, start), toGate = dgate.At(row, start), toUp = dup.At(row, start);
        for (var i = 0; i < count; i += V.Count)
        {
            var rest = count - i;
            var d = Lane.Load<V>(outer + i, rest);
            var value = TActivation.ValueAndSlope(Lane.Load<V>(gates + i, rest), out var slope);
            Lane.Store(V.MultiplyAdd(slope * Lane.Load<V>(ups + i, rest), d, Lane.Load<V>(toGate + i, rest)), toGate + i, rest);
            Lane.Store(V.MultiplyAdd(value, d, Lane.Load<V>(toUp + i, rest)), toUp + i, rest);
        }
    }
}
