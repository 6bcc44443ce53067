using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>The parameter, its gradient and the optimizer's states; states that a rule does not use may be empty.</summary>
internal readonly struct UpdateOperands(View parameter, View gradient, View first, View second, View third)
{
    public readonly View Parameter = parameter;
    public readonly View Gradient = gradient;
    public readonly View First = first;
    public readonly View Second = second;
    public readonly View Third = third;
}
