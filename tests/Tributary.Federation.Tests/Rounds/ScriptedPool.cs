using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Tests.Rounds;

/// <summary>Clients whose answer is a function of what they received, in a chosen order of arrival; keeps client state as a real pool does.</summary>
internal sealed class ScriptedPool(
    ClientStateStore states, TensorLayout layout, Func<WorkOrder, MessageBody, MessageBody, (MessageBody Answer, MessageBody State)> work, bool reversed = false) : IClientPool
{
    private readonly List<Dispatched> waiting = [];

    public int Answers { get; private set; }

    public Action<string> Before { get; set; } = _ => { };

    public List<(OrderKey Key, bool Accepted)> Receipts { get; } = [];

    public bool HasArrived => waiting.Count > 0;

    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        Before("dispatch");
        waiting.Add(work);
        return default;
    }

    public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Before("work");
        var next = waiting[reversed ? waiting.Count - 1 : 0];
        waiting.Remove(next);
        var key = next.Order.Key;
        var (answer, state) = work(next.Order, MessageFile.Read(next.Path, MessageSchemas.Down(layout, next.Order)), states.Load(key.Client));
        states.Prepare(key, state);
        MessageFile.Write(states.OutboxPath(key), answer);
        Answers++;
        Before("send");
        return new(new ClientMessage(key, states.OutboxPath(key)));
    }

    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        Before("acknowledge");
        states.Settle(key, accepted);
        Receipts.Add((key, accepted));
        return default;
    }

    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation)
    {
        Before("close");
        waiting.RemoveAll(work => work.Order.Version <= version);
        return default;
    }
}
