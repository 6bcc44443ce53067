using Tributary.Federation.Messages;
using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>SCAFFOLD's correction of a client's steps, and its new control variate afterwards (Karimireddy et al. 2020, option II).</summary>
internal sealed class ControlVariate : IStepHook, IDisposable
{
    private readonly ParameterSet server;
    private readonly ParameterSet own;
    private readonly IBackend backend;
    private readonly DeviceBuffer buffer;
    private readonly Matrix correction;
    private double rates;

    /// <summary>Takes c and cₖ; tensors that are absent are zero.</summary>
    public ControlVariate(ParameterSet server, ParameterSet own, TrainableVector vector, IBackend backend)
    {
        this.backend = backend;
        var zeros = new ParameterSet(vector.Parameters.Select(p => HostTensor.Zeros(p.Key, p.Shape)));
        this.server = zeros.ReplacedBy(server);
        this.own = zeros.ReplacedBy(own);
        buffer = backend.Allocate(Math.Max(1, vector.Length));
        correction = buffer.AsMatrix(1, vector.Length);
        if (vector.Length > 0)
        {
            backend.Upload([.. this.server.Minus(this.own).SelectMany(tensor => tensor.Values)], correction);
        }
    }

    /// <inheritdoc/>
    public void Before(TrainableVector vector)
    {
    }

    /// <summary>y ← y − rate·(c − cₖ).</summary>
    public void After(TrainableVector vector, TrainableRanges trained, double rate)
    {
        for (var i = 0; i < trained.Selected.Count; i++)
        {
            var (start, length) = trained.Selected[i];
            backend.AddScaled(correction.ColumnRange(start, length), vector.Values.ColumnRange(start, length), (float)-rate);
        }

        rates += rate;
    }

    /// <summary>cₖ⁺ = cₖ − c + (x − y) / Σ rates, for the tensors of <paramref name="after"/>; steps at rate zero say nothing, so after them alone it stays cₖ.</summary>
    public ParameterSet Next(ParameterSet before, ParameterSet after) => rates == 0 ? new(after.Select(own.Matching)) : new(after.Select(y =>
    {
        var (x, c, k) = (before.Matching(y), server.Matching(y), own.Matching(y));
        var next = HostTensor.Zeros(y.Key, y.Shape);
        for (var i = 0; i < next.Values.Length; i++)
        {
            next.Values[i] = (float)((double)k.Values[i] - c.Values[i] + (((double)x.Values[i] - y.Values[i]) / rates));
        }

        return next;
    }));

    /// <summary>cₖ⁺ − cₖ.</summary>
    public ParameterSet Change(ParameterSet next) => next.Minus(own);

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}
