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
        var before = Trainable.ReadGradient();
        var loss = AddGradient(batch, 0);
        backend.Upload(before.SelectMany(tensor => tensor.Values).Select(value => (double)value).ToArray(), Trainable.Gradient);
        return loss;
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
