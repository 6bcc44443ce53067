using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>An elementwise kernel around an activation function.</summary>
internal interface IActivationKernel
{
    /// <summary>Works on <paramref name="count"/> elements of a row from column <paramref name="start"/>.</summary>
    void Run<V, TActivation>(int row, int start, int count)
        where V : struct, ILanes<V>
        where TActivation : struct, IActivation;
}
