using Tributary.Federation.Cuts;
using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>A client's side of a cut model while it works: its losses are found by the server, or it is told what the client's blocks give, and every optimizer step is told from the next.</summary>
internal sealed class CutClient : IUpperBlocks, IStepHook, IDisposable
{
    private readonly WorkOrder order;
    private readonly IUpperService service;
    private readonly IClientModel model;
    private readonly int steps;
    private readonly CancellationToken cancellation;
    private int step;

    /// <summary>Has the model ask until this is disposed of.</summary>
    private CutClient(WorkOrder order, int blocks, IUpperService service, IClientModel model, int examples, CancellationToken cancellation)
    {
        (this.order, this.service, this.model, this.cancellation) = (order, service, model, cancellation);
        steps = order.Method.LocalProgram.Phases[0].StepsOver(examples);
        model.Cut(blocks, this);
    }

    /// <summary>For an order whose model is cut; null for others.</summary>
    /// <exception cref="InputException">There is nobody to ask.</exception>
    public static CutClient? For(WorkOrder order, IUpperService? service, IClientModel model, int examples, CancellationToken cancellation) =>
        order.Holding.Cut is not { } blocks ? null
        : service is null ? throw new InputException("the method cuts the model in two, but this client has no server to ask in its steps")
        : new CutClient(order, blocks, service, model, examples, cancellation);

    /// <inheritdoc/>
    public double Loss(TokenRows rows, ReadOnlyMemory<float> given) => Ask(rows, given, 0, default);

    /// <inheritdoc/>
    public double AddGradient(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient) => Ask(rows, given, scale, gradient);

    /// <inheritdoc/>
    public void Learn(TokenRows rows, ReadOnlyMemory<float> given, float scale) => service.Tell(order.Key, Question(rows, given, scale, wantsGradient: false), cancellation);

    /// <inheritdoc/>
    public void Before(TrainableVector vector)
    {
        // The gradient is what the server said.
    }

    /// <inheritdoc/>
    public void After(TrainableVector vector, TrainableRanges trained, double rate) => step++;

    /// <inheritdoc/>
    public void Dispose() => model.Cut(0, null);

    private double Ask(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient) =>
        CutMessages.ReadAnswer(service.Ask(order.Key, Question(rows, given, scale, !gradient.IsEmpty), cancellation), gradient.Span);

    private MessageBody Question(TokenRows rows, ReadOnlyMemory<float> given, float scale, bool wantsGradient) =>
        CutMessages.Question(rows, new CutQuestion(Math.Min(step, steps - 1), steps, scale, wantsGradient, given));
}
