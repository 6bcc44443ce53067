using Tributary.Federation.Clients;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.LinearAlgebra;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Methods;

/// <summary>½‖s·BA − T‖² for one matrix T: a model whose low-rank update shall become the target.</summary>
internal sealed class LowRankModel : IClientModel, IDisposable
{
    private readonly ReferenceBackend<double> backend = new();
    private readonly double scale;
    private readonly double startTimes;
    private HostMatrix target = new(0, 0);

    public LowRankModel(IEnumerable<(TensorKey Key, int[] Shape)> layout, double scale, double startTimes)
    {
        (this.scale, this.startTimes) = (scale, startTimes);
        Trainable = new TrainableVector(backend, layout);
    }

    public IBackend Backend => backend;

    public TrainableVector Trainable { get; }

    public ulong DropoutKey { get; set; }

    /// <summary>The values before the first step.</summary>
    public ParameterSet? Start { get; private set; }

    /// <summary>Another client's turn: its target; values stay as the one before left them.</summary>
    public void Begin(HostMatrix next) => (target, Start) = (next, null);

    public ParameterSet Initial(ulong seed) => new(Trainable.Parameters.Select(parameter => Drawn(parameter, seed)));

    public double Loss(TokenRows batch)
    {
        Start ??= Trainable.Read();
        var (outputs, inputs, rank, values) = (target.Rows, target.Columns, Trainable.Parameters[0].Shape[0], new double[Trainable.Length]);
        backend.Read(Trainable.Values, values);
        var (a, b, loss) = (values.AsSpan(0, rank * inputs).ToArray(), values.AsSpan(rank * inputs).ToArray(), 0.0);
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                var error = (scale * Enumerable.Range(0, rank).Sum(k => b[(o * rank) + k] * a[(k * inputs) + i])) - target[o, i];
                loss += 0.5 * error * error;
            }
        }

        return loss;
    }

    /// <summary>The gradient along the direction, which may stand where the gradient does.</summary>
    public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction)
    {
        var (along, kept, slope) = (new double[Trainable.Length], new double[Trainable.Length], new double[Trainable.Length]);
        backend.Read(direction, along);
        backend.Read(Trainable.Gradient, kept);
        Trainable.ZeroGradient();
        var loss = AddGradient(batch);
        backend.Read(Trainable.Gradient, slope);
        backend.Upload(kept, Trainable.Gradient);
        return (loss, slope.Zip(along, (g, v) => g * v).Sum());
    }

    public double AddGradient(TokenRows batch, float scale = 1)
    {
        Start ??= Trainable.Read();
        var (a, b) = (Trainable.Parameters[0], Trainable.Parameters[1]);
        var (outputs, inputs, rank) = (target.Rows, target.Columns, a.Shape[0]);
        var (av, bv) = (new double[a.Value.Count], new double[b.Value.Count]);
        backend.Read(a.Value, av);
        backend.Read(b.Value, bv);
        var (ag, bg, loss) = (new double[av.Length], new double[bv.Length], 0.0);
        backend.Read(a.Gradient, ag);
        backend.Read(b.Gradient, bg);
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                var product = Enumerable.Range(0, rank).Sum(k => bv[(o * rank) + k] * av[(k * inputs) + i]);
                var error = (this.scale * product) - target[o, i];
                loss += 0.5 * error * error;
                for (var k = 0; k < rank; k++)
                {
                    bg[(o * rank) + k] += scale * this.scale * error * av[(k * inputs) + i];
                    ag[(k * inputs) + i] += scale * this.scale * error * bv[(o * rank) + k];
                }
            }
        }

        backend.Upload(ag, a.Gradient);
        backend.Upload(bg, b.Gradient);
        return loss;
    }

    // Like LoRA's own: A random, B zero.
    private HostTensor Drawn(Parameter parameter, ulong seed)
    {
        var tensor = HostTensor.Zeros(parameter.Key, parameter.Shape);
        for (var i = 0; i < tensor.Values.Length && parameter.Key.Role == "lora_A"; i++)
        {
            tensor.Values[i] = (float)(startTimes * Math.Sin((seed % 1000) + (1.7 * (i + 1))));
        }

        return tensor;
    }

    public void Dispose()
    {
        Trainable.Dispose();
        backend.Dispose();
    }
}
