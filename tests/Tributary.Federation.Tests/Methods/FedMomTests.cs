using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

public sealed class FedMomTests
{
    [Fact]
    public void The_model_follows_the_two_sequences_of_the_paper()
    {
        using var federation = new LoraFederation(Catalogue.FedMom);
        var states = federation.Run(4);
        foreach (var key in (TensorKey[])[LoraFederation.A, LoraFederation.B])
        {
            // v is the model that the clients' mean leads to, x the model that is sent: x = v + 0.9 (v − v before).
            var (before, x) = (ToDoubles(federation.Start[key].Values), ToDoubles(federation.Start[key].Values));
            for (var version = 0; version < states.Count; version++)
            {
                var mean = Mean(federation, key, version);
                var v = mean;
                x = [.. v.Zip(before, (now, then) => now + (0.9 * (now - then)))];
                before = v;
                states[version].Model[key].Values.ShouldBe([.. x.Select(value => (float)value)], 1e-5);
            }
        }
    }

    [Fact]
    public void Without_momentum_it_is_FedIT()
    {
        using var own = new LoraFederation(Catalogue.FedMom with { ServerStep = new ServerStep.Momentum(Beta: 0, Nesterov: true) });
        using var plain = new LoraFederation(Catalogue.FedIt);
        own.Run(3)[2].Model[LoraFederation.B].Values.ShouldBe(plain.Run(3)[2].Model[LoraFederation.B].Values, 1e-6);
    }

    [Fact]
    public void It_keeps_one_tensor_more_for_each_on_the_server_and_sends_none_of_them()
    {
        using var federation = new LoraFederation(Catalogue.FedMom);
        using var plain = new LoraFederation(Catalogue.FedIt);
        federation.Run(2);
        plain.Run(2);
        federation.Ledger.Total.ShouldBe(plain.Ledger.Total);
    }

    // By examples: client k has k of 6.
    private static double[] Mean(LoraFederation federation, TensorKey key, int version)
    {
        var visits = federation.Visits.Where(visit => visit.Version == version).ToArray();
        return [.. Enumerable.Range(0, visits[0].Trained[key].Values.Length).Select(i => visits.Sum(visit => (visit.Client[1] - '0') / 6.0 * visit.Trained[key].Values[i]))];
    }

    private static double[] ToDoubles(float[] values) => [.. values.Select(value => (double)value)];
}
