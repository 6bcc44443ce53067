using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>A value on a tape: token rows × width, or a weight. Belongs to its <see cref="Tape"/> and is reused after <see cref="Tape.Reset"/>.</summary>
public sealed class Var
{
    internal Var()
    {
    }

    /// <summary>The value; empty once freed.</summary>
    public Matrix Value { get; internal set; }

    /// <summary>Rows of the value, also after it was freed.</summary>
    public int Rows { get; internal set; } = 1;

    /// <summary>Columns of the value, also after it was freed.</summary>
    public int Width { get; internal set; } = 1;

    /// <summary>The gradient of the seeded outputs; empty while nothing has flowed here.</summary>
    public Matrix Gradient { get; internal set; }

    /// <summary>The tangent in forward mode; empty means zero.</summary>
    public Matrix Tangent { get; internal set; }

    /// <summary>True when a gradient must flow here.</summary>
    public bool NeedsGradient { get; internal set; }

    /// <summary>The tensor that this value is, when it is a leaf parameter: its gradient goes to the sink.</summary>
    public Parameter? Parameter { get; internal set; }

    /// <summary>A loss's value on the host.</summary>
    public double Scalar { get; internal set; }

    /// <summary>A loss's tangent on the host.</summary>
    public double ScalarTangent { get; internal set; }

    /// <summary>A loss's gradient: what the backward pass was seeded with.</summary>
    internal float ScalarGradient { get; set; }

    /// <summary>How many recorded operations still need the value, plus one while the model may use it.</summary>
    internal int Holds { get; set; }

    /// <summary>True when the value's memory is the arena's.</summary>
    internal bool Rented { get; set; }

    /// <summary>True when the tangent's memory is the arena's.</summary>
    internal bool TangentRented { get; set; }

    internal void Clear()
    {
        Value = Gradient = Tangent = default;
        Rows = Width = 1;
        Parameter = null;
        NeedsGradient = Rented = TangentRented = false;
        Scalar = ScalarTangent = 0;
        ScalarGradient = 0;
        Holds = 0;
    }
}
