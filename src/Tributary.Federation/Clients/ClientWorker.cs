using Tributary.Federation.Cuts;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>A client's side of one piece of work, from download to answer: files around <see cref="LocalProgramRunner"/>.</summary>
/// <param name="states">Where clients keep their state.</param>
/// <param name="layout">The tensors of the run.</param>
/// <param name="initial">The adaptation's own initialisation, with what updates of base weights belong to it.</param>
/// <param name="baseWeights">Hash of this client's base weights; empty is not compared.</param>
/// <param name="tokenizer">Hash of its tokenizer; empty is not compared.</param>
/// <param name="upper">Whom it asks in its steps where the model is cut; null is nobody.</param>
public sealed class ClientWorker(ClientStateStore states, TensorLayout layout, ParameterSet initial, string baseWeights = "", string tokenizer = "", IUpperService? upper = null)
{
    private readonly ParameterSet start = initial.Where(key => !BaseUpdate.IsPart(key));
    private readonly ParameterSet updates = initial.Where(BaseUpdate.IsPart);
    private readonly RebuiltModel rebuilt = new(initial.Where(key => !BaseUpdate.IsPart(key)));

    /// <summary>Does the work and writes the answer and the pending state; both count once the answer is acknowledged.</summary>
    /// <exception cref="InputException">The order is not for this build, base or tokenizer; nothing was trained.</exception>
    /// <exception cref="RunException">Training failed.</exception>
    public ClientMessage Run(Dispatched work, IClientBackbone backbone, TokenizedDataset data, CancellationToken cancellation)
    {
        var order = work.Order;
        Check(order);
        var received = rebuilt.In(order, Received(work));
        var result = backbone.With(
            CapacityRules.OwnAdaptation(order.Method, order.Holding),
            order.Holding.LeftOut,
            ServerRules.ChangesBase(order.Method.ServerStep) ? received.Section(MessageBody.Base) : updates,
            model => order.Exchange == Exchange.Probe.Name
                ? GradientProbe.Run(order, received, states.Load(order.Client), start, model, data)
                : LocalProgramRunner.Run(order, received, states.Load(order.Client), start, model, data, cancellation, upper));
        states.Prepare(order.Key, result.State);
        var path = states.OutboxPath(order.Key);
        MessageFile.Write(path, result.Answer, EncodingRules.DType(order.Method.Codec.Up));
        return new ClientMessage(order.Key, path);
    }

    // The model comes in the first exchange of a round and is kept for the last.
    private MessageBody Received(Dispatched work)
    {
        var (order, exchanges) = (work.Order, Exchange.Of(work.Order.Method));
        var down = MessageFile.Read(work.Path, MessageSchemas.Down(layout, order));
        if (order.Exchange != exchanges[0].Name)
        {
            return MessageFile.Read(states.KeptPath(order.Client, order.Version), MessageSchemas.Down(layout, order.Method, order.Holding));
        }

        if (exchanges.Count > 1)
        {
            states.Keep(order.Client, order.Version, work.Path);
        }

        return down;
    }

    private void Check(WorkOrder order)
    {
        if (order.Protocol != WorkOrder.CurrentProtocol)
        {
            throw new InputException($"the server speaks protocol {order.Protocol}, this client {WorkOrder.CurrentProtocol}; install the same version on both");
        }

        if (!Exchange.Of(order.Method).Contains(new Exchange(order.Exchange)))
        {
            throw new InputException($"unknown exchange '{order.Exchange}'; with this method a round has {string.Join(" and ", Exchange.Of(order.Method).Select(exchange => $"'{exchange.Name}'"))}");
        }

        RequireSame("base weights", order.BaseWeights, baseWeights);
        RequireSame("tokenizer", order.Tokenizer, tokenizer);
    }

    private static void RequireSame(string what, string server, string client)
    {
        if (server.Length > 0 && client.Length > 0 && server != client)
        {
            throw new InputException($"the run's {what} have hash {server}, this client's {client}; give the client the same model folder");
        }
    }
}
