using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>The weight of a linear layer: one matrix, or two side by side over the inputs (MobileBERT's output layer is the tied embedding and a matrix of its own).</summary>
public readonly record struct LinearWeight(LinearPart First, LinearPart? Rest = null)
{
    /// <summary>A weight of one matrix.</summary>
    public LinearWeight(FrozenMatrix? frozen, Var? dense, bool inputsFirst)
        : this(new LinearPart(frozen, dense, inputsFirst))
    {
    }

    /// <summary>Number of output features.</summary>
    public int Outputs => First.Outputs;

    /// <summary>True when the weight itself receives a gradient.</summary>
    public bool NeedsGradient => First.NeedsGradient || Rest is { NeedsGradient: true };

    /// <summary>True when the weight has a tangent.</summary>
    internal bool HasTangent => First.HasTangent || Rest is { HasTangent: true };

    internal void Apply(IBackend backend, Matrix x, Matrix bias, Matrix y, float beta = 0)
    {
        First.Apply(backend, Of(First, x), bias, y, beta);
        Rest?.Apply(backend, OfRest(x), default, y, 1);
    }

    internal void ApplyTransposed(IBackend backend, Matrix dy, Matrix dx, float beta)
    {
        First.ApplyTransposed(backend, dy, Of(First, dx), beta);
        Rest?.ApplyTransposed(backend, dy, OfRest(dx), beta);
    }

    internal void AddGradient(Tape tape, Matrix x, Matrix dy)
    {
        First.AddGradient(tape, Of(First, x), dy);
        Rest?.AddGradient(tape, OfRest(x), dy);
    }

    internal void AddTangent(IBackend backend, Matrix x, Matrix ty)
    {
        First.AddTangent(backend, Of(First, x), ty);
        Rest?.AddTangent(backend, OfRest(x), ty);
    }

    private static Matrix Of(LinearPart part, Matrix x) => x.ColumnRange(0, part.Inputs);

    private Matrix OfRest(Matrix x) => x.ColumnRange(First.Inputs, x.Columns - First.Inputs);
}

/// <summary>One matrix of a weight: frozen in the backend's layout, or a value of [outputs, inputs] (or [inputs, outputs] for Conv1D).</summary>
public readonly record struct LinearPart(FrozenMatrix? Frozen, Var? Dense, bool InputsFirst)
{
    /// <summary>Number of input features.</summary>
    public int Inputs => Frozen?.Inputs ?? (InputsFirst ? Dense!.Value.Rows : Dense!.Value.Columns);

    /// <summary>Number of output features.</summary>
    public int Outputs => Frozen?.Outputs ?? (InputsFirst ? Dense!.Value.Columns : Dense!.Value.Rows);

    /// <summary>True when the matrix itself receives a gradient.</summary>
    public bool NeedsGradient => Dense is { NeedsGradient: true };

    /// <summary>True when the matrix has a tangent.</summary>
    internal bool HasTangent => Dense is { Tangent.IsEmpty: false };

    internal void Apply(IBackend backend, Matrix x, Matrix bias, Matrix y, float beta)
    {
        if (Frozen is not null)
        {
            backend.Multiply(x, Frozen, bias, y, beta);
            return;
        }

        backend.Gemm(x, false, Dense!.Value, !InputsFirst, y, 1, beta);
        if (!bias.IsEmpty)
        {
            backend.AddRow(bias, y);
        }
    }

    internal void ApplyTransposed(IBackend backend, Matrix dy, Matrix dx, float beta)
    {
        if (Frozen is not null)
        {
            backend.MultiplyTransposed(dy, Frozen, dx, beta);
        }
        else
        {
            backend.Gemm(dy, false, Dense!.Value, InputsFirst, dx, 1, beta);
        }
    }

    internal void AddGradient(Tape tape, Matrix x, Matrix dy)
    {
        if (NeedsGradient)
        {
            tape.AddProduct(Dense!, InputsFirst ? x : dy, InputsFirst ? dy : x, 1);
        }
    }

    internal void AddTangent(IBackend backend, Matrix x, Matrix ty)
    {
        if (HasTangent)
        {
            backend.Gemm(x, false, Dense!.Tangent, !InputsFirst, ty, 1, 1);
        }
    }
}
