using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Clients;

public sealed class ClientWorkerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(2, "train", "base", "tok", "protocol 2")]
    [InlineData(WorkOrder.CurrentProtocol, "keys", "base", "tok", "unknown exchange 'keys'")]
    [InlineData(WorkOrder.CurrentProtocol, "train", "other", "tok", "base weights")]
    [InlineData(WorkOrder.CurrentProtocol, "train", "base", "other", "tokenizer")]
    public void What_does_not_fit_is_refused_before_training(int protocol, string exchange, string weights, string tokenizer, string reason)
    {
        var start = Sets.X(1);
        var layout = TensorLayout.Of(start);
        var worker = new ClientWorker(new ClientStateStore(folder.Root, MessageSchemas.Client(layout)), layout, start, "base", "tok");
        using var model = Quadratic.Towards(start, 3);
        var order = new WorkOrder("run", 0, 1, exchange, "c1", protocol, 1, weights, tokenizer, Catalogue.FedIt);
        Should.Throw<InputException>(() => worker.Run(new Dispatched(order, "absent", default), model, Quadratic.Data(1), CancellationToken.None)).Message.ShouldContain(reason);
        model.Batches.ShouldBeEmpty();
    }

    public void Dispose() => folder.Dispose();
}
