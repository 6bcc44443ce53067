using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>
/// Records fused operations and runs them backwards. Values, operations and memory are pooled: after the first step of a shape a step allocates nothing.
/// Only operations through which a gradient must flow are kept; a value is freed when its model has released it and no kept operation needs it.
/// </summary>
public sealed class Tape(IBackend backend) : IDisposable
{
    private readonly List<Var> vars = [];
    private readonly List<Operation> recorded = [];
    private readonly Dictionary<Type, Stack<Operation>> pools = [];
    private readonly List<Var> penalties = [];
    private int usedVars;

    /// <summary>Where the operations run.</summary>
    public IBackend Backend { get; } = backend;

    /// <summary>Memory for values, gradients and scratch.</summary>
    public Arena Arena { get; } = new(backend);

    /// <summary>What the pass leaves behind.</summary>
    public TapeMode Mode { get; set; } = TapeMode.Infer;

    /// <summary>Where gradients of leaf parameters go.</summary>
    public IGradientSink Sink { get; set; } = new AccumulatingSink(backend);

    /// <summary>What the gradient of penalties counts; 0 wants none.</summary>
    public float PenaltyWeight { get; set; }

    /// <summary>The sum of penalties so far, and of their tangents.</summary>
    public (double Value, double Tangent) Penalty
    {
        get
        {
            var sum = (0.0, 0.0);
            foreach (var penalty in penalties)
            {
                sum = (sum.Item1 + penalty.Scalar, sum.Item2 + penalty.ScalarTangent);
            }

            return sum;
        }
    }

    /// <summary>A tensor as a value.</summary>
    public Var Use(Parameter parameter)
    {
        var var = NextVar();
        var.Parameter = parameter;
        SetValue(var, parameter.Value);
        var.Tangent = Mode == TapeMode.Tangent ? parameter.Tangent : default;
        var.NeedsGradient = Mode == TapeMode.Record && parameter.IsTrainable;
        return var;
    }

    /// <summary>A value made elsewhere: a received activation, a computed weight.</summary>
    public Var Input(Matrix value, bool needsGradient = false, Matrix tangent = default)
    {
        var var = NextVar();
        SetValue(var, value);
        var.Tangent = tangent;
        var.NeedsGradient = needsGradient && Mode == TapeMode.Record;
        return var;
    }

    /// <summary>The model does not use the value any more; it is freed unless the backward pass needs it.</summary>
    public void Release(Var var) => Unhold(var);

    /// <summary>Releases a value that was only there to make another, and returns that.</summary>
    public Var Instead(Var old, Var made)
    {
        Release(old);
        return made;
    }

    /// <summary>Puts a scalar beside the loss: the way back begins there too, times <see cref="PenaltyWeight"/>.</summary>
    public void Penalise(Var penalty) => penalties.Add(penalty);

    /// <summary>Runs the tape backwards from a loss, and from penalties.</summary>
    public void Backward(Var loss, float seed = 1)
    {
        loss.ScalarGradient = seed;
        foreach (var penalty in penalties)
        {
            penalty.ScalarGradient = seed * PenaltyWeight;
        }

        RunBackward();
    }

    /// <summary>Runs the tape backwards from a value with a given gradient (split learning, generators): the gradient is copied.</summary>
    public void Backward(Var output, Matrix gradient)
    {
        Backend.AddScaled(gradient, GradientToOverwriteOrAdd(output, out var beta), 1, beta);
        RunBackward();
    }

    /// <summary>Frees everything and forgets what was recorded.</summary>
    public void Reset()
    {
        foreach (var operation in recorded)
        {
            Recycle(operation);
        }

        recorded.Clear();
        penalties.Clear();
        usedVars = 0;
        Arena.Reset();
    }

    /// <inheritdoc/>
    public void Dispose() => Arena.Dispose();

    /// <summary>A pooled operation of that type.</summary>
    internal T Rent<T>()
        where T : Operation, new() =>
        pools.TryGetValue(typeof(T), out var pool) && pool.TryPop(out var operation) ? (T)operation : new T();

    /// <summary>Runs an operation forward and keeps it when a gradient must flow through it.</summary>
    internal Var Run(Operation operation)
    {
        operation.Forward(this);
        var output = operation.Output;
        if (Mode == TapeMode.Tangent)
        {
            operation.Tangent(this);
        }

        if (Mode == TapeMode.Record && output.NeedsGradient)
        {
            recorded.Add(operation);
        }
        else
        {
            Recycle(operation);
        }

        return output;
    }

    /// <summary>A new value with its own memory of unspecified content.</summary>
    internal Var NewVar(int rows, int columns, bool needsGradient)
    {
        var var = NextVar();
        SetValue(var, Arena.Rent(rows, columns));
        var.Rented = true;
        var.NeedsGradient = needsGradient && Mode == TapeMode.Record;
        return var;
    }

    /// <summary>A new loss.</summary>
    internal Var NewScalar(bool needsGradient)
    {
        var var = NextVar();
        var.NeedsGradient = needsGradient && Mode == TapeMode.Record;
        return var;
    }

    /// <summary>Keeps a value for the backward pass.</summary>
    internal void Hold(Var var) => var.Holds++;

    /// <summary>Gives a kept value up.</summary>
    internal void Unhold(Var var)
    {
        if (--var.Holds > 0)
        {
            return;
        }

        if (var.Rented)
        {
            Arena.Return(var.Value);
            var.Value = default;
            var.Rented = false;
        }

        if (var.TangentRented)
        {
            Arena.Return(var.Tangent);
            var.Tangent = default;
            var.TangentRented = false;
        }
    }

    /// <summary>The gradient of a value and the beta to write it with: 0 while nothing has flowed there, else 1.</summary>
    internal Matrix GradientToOverwriteOrAdd(Var var, out float beta)
    {
        beta = var.Gradient.IsEmpty ? 0 : 1;
        if (var.Gradient.IsEmpty)
        {
            var.Gradient = Arena.Rent(var.Rows, var.Width);
        }

        return var.Gradient;
    }

    /// <summary>The gradient of a value, zeroed when nothing has flowed there.</summary>
    internal Matrix GradientToAdd(Var var)
    {
        var gradient = GradientToOverwriteOrAdd(var, out var beta);
        if (beta == 0)
        {
            Backend.Fill(gradient, 0);
        }

        return gradient;
    }

    /// <summary>Hands a rented gradient over to a value, or adds it and returns it when there is one already.</summary>
    internal void GiveGradient(Var var, Matrix rented, float scale = 1)
    {
        if (var.Gradient.IsEmpty && scale == 1)
        {
            var.Gradient = rented;
            return;
        }

        Backend.AddScaled(rented, GradientToOverwriteOrAdd(var, out var beta), scale, beta);
        Arena.Return(rented);
    }

    /// <summary>The tangent of a value, zeroed when there is none yet.</summary>
    internal Matrix TangentToAdd(Var var)
    {
        if (var.Tangent.IsEmpty)
        {
            var.Tangent = Arena.Rent(var.Rows, var.Width);
            var.TangentRented = true;
            Backend.Fill(var.Tangent, 0);
        }

        return var.Tangent;
    }

    /// <summary>Gradient of a weight: += scale · leftᵀ · right, to the sink for a leaf, to its own gradient for a computed one.</summary>
    internal void AddProduct(Var weight, Matrix left, Matrix right, float scale)
    {
        if (weight.Parameter is { } parameter)
        {
            Sink.Product(parameter, left, right, scale);
        }
        else
        {
            Backend.Gemm(left, true, right, false, GradientToOverwriteOrAdd(weight, out var beta), scale, beta);
        }
    }

    /// <summary>Gradient of a row vector that was added to every row.</summary>
    internal void AddSumRows(Var row, Matrix dy)
    {
        if (row.Parameter is { } parameter)
        {
            Sink.SumRows(parameter, dy);
        }
        else
        {
            Backend.SumRows(dy, GradientToAdd(row));
        }
    }

    /// <summary>Gradient of a row vector, held in any shape, that multiplied every row of x: += scale · column sums of x ⊙ dy.</summary>
    internal void AddSumRowProducts(Var row, Matrix x, Matrix dy, float scale)
    {
        if (scale != 1)
        {
            var scaled = Arena.Rent(dy.Rows, dy.Columns);
            Backend.AddScaled(dy, scaled, scale, 0);
            AddSumRowProducts(row, x, scaled, 1);
            Arena.Return(scaled);
        }
        else if (row.Parameter is { } parameter)
        {
            Sink.SumRowProducts(parameter, x, dy);
        }
        else
        {
            Backend.SumRowProducts(x, dy, GradientToAdd(row).Reshape(1, x.Columns));
        }
    }

    /// <summary>Gradient of a value to which every segment gives a row of its own: the value's elements one after another.</summary>
    internal void AddSegments(Var value, Matrix perSegment)
    {
        if (value.Parameter is { } parameter)
        {
            Sink.Segments(parameter, perSegment);
        }
        else
        {
            Backend.SumRows(perSegment, GradientToAdd(value).Reshape(1, perSegment.Columns));
        }
    }

    private Var NextVar()
    {
        if (usedVars == vars.Count)
        {
            vars.Add(new Var());
        }

        var var = vars[usedVars++];
        var.Clear();
        var.Holds = 1;
        return var;
    }

    private static void SetValue(Var var, Matrix value) => (var.Value, var.Rows, var.Width) = (value, value.Rows, value.Columns);

    private void RunBackward()
    {
        for (var i = recorded.Count - 1; i >= 0; i--)
        {
            var operation = recorded[i];
            var output = operation.Output;
            var reached = !output.Gradient.IsEmpty || output.ScalarGradient != 0;
            if (reached)
            {
                operation.Backward(this);
            }

            if (operation.OwnsOutput && !output.Gradient.IsEmpty)
            {
                Arena.Return(output.Gradient);
                output.Gradient = default;
            }

            Recycle(operation);
        }

        recorded.Clear();
    }

    private void Recycle(Operation operation)
    {
        operation.Clear();
        if (!pools.TryGetValue(operation.GetType(), out var pool))
        {
            pools[operation.GetType()] = pool = new Stack<Operation>();
        }

        pool.Push(operation);
    }
}
