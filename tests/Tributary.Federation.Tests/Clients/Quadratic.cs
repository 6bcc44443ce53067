using Tributary.Federation.Clients;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Clients;

/// <summary>½‖w − target‖² over all trainable tensors, or gradients from a script; the batch's token ids pick the target.</summary>
internal sealed class Quadratic : IClientModel, IClientBackbone, IDisposable
{
    private readonly ReferenceBackend<double> backend = new();
    private readonly Func<int, double[], double[]> gradient;
    private int calls;

    /// <summary>The gradient is a function of the call's number and the values.</summary>
    public Quadratic(ParameterSet layout, Func<int, double[], double[]> gradient)
    {
        Trainable = new TrainableVector(backend, layout.Select(t => (t.Key, t.Shape)));
        this.gradient = gradient;
    }

    public IBackend Backend => backend;

    public TrainableVector Trainable { get; }

    public ulong DropoutKey { get; set; }

    public List<ulong> DropoutKeys { get; } = [];

    public List<int[]> Batches { get; } = [];

    public static Quadratic Towards(ParameterSet layout, params double[] target) => new(layout, (_, w) => [.. w.Zip(target, (v, t) => v - t)]);

    public static TokenizedDataset Data(int count) => new([.. Enumerable.Range(0, count).Select(i => new TokenizedExample([i], [i]))], default);

    public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work) => work(this);

    public ParameterSet Initial(ulong seed) => throw new NotSupportedException();

    public double Loss(TokenRows batch) => 0.5 * Slope().Sum(g => g * g);

    public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction)
    {
        var along = new double[direction.Columns];
        backend.Read(direction, along);
        return (Loss(batch), Slope().Zip(along, (g, v) => g * v).Sum());
    }

    public double AddGradient(TokenRows batch, float scale = 1)
    {
        DropoutKeys.Add(DropoutKey);
        Batches.Add(batch.Ids.ToArray());
        var slope = Slope();
        calls++;
        var before = new double[slope.Length];
        backend.Read(Trainable.Gradient, before);
        backend.Upload([.. slope.Zip(before, (g, b) => b + (scale * g))], Trainable.Gradient);
        return 0.5 * slope.Sum(g => g * g);
    }

    private double[] Slope()
    {
        var values = new double[Trainable.Length];
        backend.Read(Trainable.Values, values);
        return gradient(calls, values);
    }

    public void Dispose()
    {
        Trainable.Dispose();
        backend.Dispose();
    }
}
