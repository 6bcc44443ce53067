using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Clients;

/// <summary>The model that received sums of slopes stand for, rebuilt once for all clients of a process who receive the same: the last one is kept, and no other.</summary>
/// <param name="initial">The values that training began from before the first round.</param>
internal sealed class RebuiltModel(ParameterSet initial)
{
    private readonly Lock gate = new();
    private IReadOnlyList<(ulong Key, double Coefficient)> terms = [];
    private ParameterSet rebuilt = ParameterSet.Empty;

    /// <summary>A download with the model's tensors in it; as it is where no sums were sent.</summary>
    public MessageBody In(WorkOrder order, MessageBody received)
    {
        if (SeedScalarRules.ReplayOf(order, received) is not { } replay)
        {
            return received;
        }

        var before = initial.Where(key => SharingRules.IsSent(order.Method, key));
        lock (gate)
        {
            if (!terms.SequenceEqual(replay.Terms) || !rebuilt.Select(tensor => tensor.Key).SequenceEqual(before.Select(tensor => tensor.Key)))
            {
                rebuilt = ParameterSet.Empty; // the old one goes before the new one comes
                (rebuilt, terms) = (replay.After(before), replay.Terms);
            }

            return received.WithSection(MessageBody.Parameters, rebuilt);
        }
    }
}
