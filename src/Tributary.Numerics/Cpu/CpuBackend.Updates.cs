using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Updates;

namespace Tributary.Numerics.Cpu;

/// <content>Norms and optimizer updates.</content>
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public double SumOfSquares(Matrix x) => Dot(x, x);

    /// <inheritdoc/>
    public double Dot(Matrix x, Matrix z)
    {
        Shapes.AddScaled(x, z);
        Span<View> v = [new(x), new(z)];
        View.Flatten(v);
        var partial = stackalloc double[PartialSums.Most];
        var ranges = PartialSums.Count(v[0].Rows, v[0].Columns);
        Launch.Items(team, kernels, new DotKernel(v[0], v[1], partial, ranges), ranges, x.Count);
        double sum = 0;
        for (var range = 0; range < ranges; range++)
        {
            sum += partial[range];
        }

        return sum;
    }

    /// <inheritdoc/>
    public bool AllFinite(Matrix x)
    {
        Shapes.Valid(x);
        Span<View> v = [new(x)];
        View.Flatten(v);
        var finite = 1;
        Launch.Elements(team, kernels, new FiniteKernel(v[0], &finite), v[0].Rows, v[0].Columns);
        return finite != 0;
    }

    /// <inheritdoc/>
    public void Update(in OptimizerStep step, Matrix parameter, Matrix gradient, Matrix first, Matrix second, Matrix third)
    {
        Shapes.Update(step, parameter, gradient, first, second, third);
        Span<View> v = [new(parameter), new(gradient), new(first), new(second), new(third)];
        View.Flatten(v);
        var operands = new UpdateOperands(v[0], v[1], v[2], v[3], v[4]);
        switch (step.Kind)
        {
            case OptimizerKind.Sgd:
                Apply(new SgdRule(step), operands, step.Maximize);
                break;
            case OptimizerKind.Adam or OptimizerKind.AdamW:
                Apply(new AdamRule(step), operands, step.Maximize);
                break;
            case OptimizerKind.Adagrad:
                Apply(new AdagradRule(step), operands, step.Maximize);
                break;
            case OptimizerKind.RmsProp:
                Apply(new RmsPropRule(step), operands, step.Maximize);
                break;
            case OptimizerKind.Yogi:
                Apply(new YogiRule(step), operands, step.Maximize);
                break;
            default:
                throw new ArgumentException($"unknown optimizer {step.Kind}", nameof(step));
        }
    }

    private void Apply<TRule>(TRule rule, UpdateOperands operands, bool maximize)
        where TRule : struct, IUpdateRule =>
        Launch.Elements(
            team, kernels, new UpdateKernel<TRule>(rule, operands, maximize), operands.Parameter.Rows, operands.Parameter.Columns, cost: 3);
}
