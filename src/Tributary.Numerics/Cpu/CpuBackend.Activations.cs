using Tributary.Numerics.Cpu.Activations;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu;

/// <content>Activations and gates.</content>
public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    public void Activate(ActivationKind kind, Matrix x, Matrix y)
    {
        Shapes.Activate(x, y);
        Span<View> v = [new(x), new(y)];
        View.Flatten(v);
        Activated(kind, new ActivateKernel(v[0], v[1]), v[0]);
    }

    /// <inheritdoc/>
    public void ActivateSlope(ActivationKind kind, Matrix x, Matrix d, Matrix z, float beta)
    {
        Shapes.ActivateSlope(x, d, z);
        Span<View> v = [new(x), new(d), new(z)];
        View.Flatten(v);
        Activated(kind, new ActivateSlopeKernel(v[0], v[1], v[2], beta), v[0]);
    }

    /// <inheritdoc/>
    public void Gate(ActivationKind kind, Matrix gate, Matrix up, Matrix y)
    {
        Shapes.Gate(gate, up, y);
        Span<View> v = [new(gate), new(up), new(y)];
        View.Flatten(v);
        Activated(kind, new GateKernel(v[0], v[1], v[2]), v[0]);
    }

    /// <inheritdoc/>
    public void GateGradient(ActivationKind kind, Matrix gate, Matrix up, Matrix dy, Matrix dgate, Matrix dup)
    {
        Shapes.GateGradient(gate, up, dy, dgate, dup);
        Span<View> v = [new(gate), new(up), new(dy), new(dgate), new(dup)];
        View.Flatten(v);
        Activated(kind, new GateGradientKernel(v[0], v[1], v[2], v[3], v[4]), v[0]);
    }

    /// <inheritdoc/>
    public void GateTangent(ActivationKind kind, Matrix gate, Matrix up, Matrix tgate, Matrix tup, Matrix ty)
    {
        Shapes.GateTangent(gate, up, tgate, tup, ty);
        Span<View> v = [new(gate), new(up), new(tgate), new(tup), new(ty)];
        View.Flatten(v);
        Activated(kind, new GateTangentKernel(v[0], v[1], v[2], v[3], v[4]), v[0]);
    }

    private void Activated<TKernel>(ActivationKind kind, TKernel kernel, View shape)
        where TKernel : struct, IActivationKernel =>
        Launch.Elements(team, kernels, new Activated<TKernel>(kind, kernel), shape.Rows, shape.Columns, cost: 4);

    /// <inheritdoc/>
    public void TopSoftmax(Matrix x, int top, Matrix y)
    {
        Shapes.TopSoftmax(x, top, y);
        Launch.Items(team, kernels, new TopSoftmaxKernel(new(x), top, new(y)), x.Rows, x.Count * TopSoftmaxKernel.Cost);
    }

    /// <inheritdoc/>
    public void SoftmaxSlope(Matrix y, Matrix d, Matrix z, float beta = 0)
    {
        Shapes.SoftmaxSlope(y, d, z);
        Launch.Items(team, kernels, new SoftmaxSlopeKernel(new(y), new(d), new(z), beta), y.Rows, y.Count);
    }
}
