using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Activations;

/// <summary>Binds an activation kernel to the function of a kind: the only place that knows them all.</summary>
internal readonly struct Activated<TKernel>(ActivationKind kind, TKernel kernel) : IElementKernel
    where TKernel : struct, IActivationKernel
{
    private readonly TKernel kernel = kernel;

    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>
    {
        switch (kind)
        {
            case ActivationKind.Relu:
                kernel.Run<V, Relu>(row, start, count);
                break;
            case ActivationKind.Gelu:
                kernel.Run<V, Gelu>(row, start, count);
                break;
            case ActivationKind.GeluTanh:
                kernel.Run<V, GeluTanh>(row, start, count);
                break;
            case ActivationKind.Silu:
                kernel.Run<V, Silu>(row, start, count);
                break;
            case ActivationKind.Tanh:
                kernel.Run<V, HyperbolicTangent>(row, start, count);
                break;
            case ActivationKind.QuickGelu:
                kernel.Run<V, QuickGelu>(row, start, count);
                break;
            default:
                throw new ArgumentException($"unknown activation {kind}");
        }
    }
}
