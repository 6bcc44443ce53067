using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Federation.Cuts;

/// <summary>
/// The server's part of a cut model. Clients visit it one after another, in the order in which their work was handed out; a visit is over when its answer is acknowledged, and
/// counts whole or not at all: what it leaves is spooled with the client's answer.
/// </summary>
public sealed class UpperPart : IUpperService, IDisposable
{
    private readonly RunPlan plan;
    private readonly IRunStore store;
    private readonly Tape tape;
    private readonly Learner learner;
    private readonly Lock gate = new();
    private readonly LinkedList<Visit> visits = new();
    private UpperState start = new(ParameterSet.Empty, ParameterSet.Empty);
    private int? version;
    private int done;

    private UpperPart(RunPlan plan, IRunStore store, LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective)
    {
        (this.plan, this.store, tape) = (plan, store, new Tape(model.Backend));
        learner = new Learner(model, adapters, objective, tape);
    }

    /// <summary>That of a run whose method cuts the model; null for others.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="store">Where it goes on from.</param>
    /// <param name="model">The whole model, of which it runs the upper blocks.</param>
    /// <param name="adapters">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <exception cref="InputException">The model cannot be cut there, or clients would overtake each other.</exception>
    public static UpperPart? For(RunPlan plan, IRunStore store, LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective) =>
        plan.Method.LocalProgram.Cut is null ? null
        : Refusal(plan.Method, plan.Durations, model, objective) is { } reason ? throw new InputException(reason)
        : new UpperPart(plan, store, model, adapters, objective);

    /// <summary>Why a method that cuts the model cannot do so with this one; null when it can, or cuts none.</summary>
    public static string? Refusal(Method method, Durations durations, LanguageModel model, IObjective objective) => method.LocalProgram.Cut switch
    {
        null => null,
        { } cut when cut.Blocks.Any(blocks => blocks >= model.Shape.Layers) =>
            $"method.local_program: cut: the model has {model.Shape.Layers} blocks, of which at least one must lie above the cut; lower blocks",
        _ when objective is not LanguageModelling || model.Encoder is not null =>
            "method.local_program: cut: only models that predict tokens are cut, without an encoder before them",
        _ when durations is not Durations.Constant =>
            "durations: clients of a cut model come to the server one after another and cannot overtake each other; use constant",
        _ => null,
    };

    /// <summary>Notes that work was handed out; called in the order of visits.</summary>
    public void Expect(WorkOrder order)
    {
        if (version != order.Version)
        {
            Load(order.Version, order.Method.LocalProgram.Cut!.Upper);
        }

        lock (gate)
        {
            visits.AddLast(new Visit(order));
            visits.First!.Value.Turn.Set();
        }
    }

    /// <inheritdoc/>
    public MessageBody Ask(OrderKey key, MessageBody question, CancellationToken cancellation)
    {
        var visit = Enter(key, cancellation);
        if (CutRules.HasExits(visit.Order.Method))
        {
            throw new InputException($"client {key.Client} asks at the cut in round {key.Version + 1}, where it has an exit and nothing is answered");
        }

        var answer = visit.Work!.Ask(question);
        visit.Up += MessageFile.LengthOf(question);
        visit.Down += MessageFile.LengthOf(answer);
        return answer;
    }

    /// <inheritdoc/>
    public void Tell(OrderKey key, MessageBody told, CancellationToken cancellation)
    {
        var visit = Enter(key, cancellation);
        visit.Work!.Tell(told);
        visit.Up += MessageFile.LengthOf(told);
    }

    /// <summary>Ends a client's visit: what it left, to be spooled with the client's answer. Waits for its turn if it asked nothing.</summary>
    public ServerVisit Leave(OrderKey key, CancellationToken cancellation)
    {
        var visit = Enter(key, cancellation);
        var left = visit.Left = visit.Work!.Finish();
        visit.Work.Dispose();
        visit.Work = null;
        var body = visit.Order.Method.LocalProgram.Cut!.Upper == UpperCopies.Each
            ? MessageBody.Empty.WithSection(MessageBody.Parameters, left.Values)
            : MessageBody.Empty.WithSection(CutRules.UpperSection, left.Values).WithSection(CutRules.OptimizerSection, left.Optimizer);
        return new ServerVisit(body, new Asked(done + 1, visit.Up, visit.Down));
    }

    /// <summary>The answer that goes with a visit is stored, or came too late: the next client may come.</summary>
    public void Settle(OrderKey key, bool accepted)
    {
        lock (gate)
        {
            if (visits.First?.Value is not { } visit || visit.Order.Key != key)
            {
                return;
            }

            visits.RemoveFirst();
            if (accepted && visit.Left is { } left)
            {
                start = visit.Order.Method.LocalProgram.Cut!.Upper == UpperCopies.Each ? start : left;
                done++;
            }

            visit.Dispose();
            visits.First?.Value.Turn.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var visit in visits)
        {
            visit.Work?.Dispose();
            visit.Dispose();
        }

        learner.Dispose();
        tape.Dispose();
    }

    private void Load(int next, UpperCopies copies)
    {
        var state = store.Latest;
        start = new UpperState(state.Model, state.Body.Section(CutRules.OptimizerSection));
        (version, done) = (next, 0);
        if (store.Updates(Exchange.Train.Name).Where(update => update.Version == next && update.Asked is not null).MaxBy(update => update.Asked!.Visit) is { } last)
        {
            done = last.Asked!.Visit;
            if (copies == UpperCopies.One)
            {
                using var spool = store.Read([last]);
                var left = CutRules.Left(spool, 0, plan.Method.At(next + 1), plan.Layout);
                start = new UpperState(left.Section(CutRules.UpperSection), left.Section(CutRules.OptimizerSection));
            }
        }
    }

    private Visit Enter(OrderKey key, CancellationToken cancellation)
    {
        Visit? visit;
        lock (gate)
        {
            visit = visits.FirstOrDefault(visit => visit.Order.Key == key);
        }

        if (visit is null || visit.Left is not null)
        {
            throw new InputException($"client {key.Client} asks at the cut in round {key.Version + 1}, but has no work there");
        }

        visit.Turn.Wait(cancellation);
        visit.Work ??= new UpperVisit(visit.Order, learner, start);
        return visit;
    }

    private sealed class Visit(WorkOrder order) : IDisposable
    {
        public WorkOrder Order => order;

        public ManualResetEventSlim Turn { get; } = new();

        public UpperVisit? Work { get; set; }

        public UpperState? Left { get; set; }

        public MessageLength Up { get; set; }

        public MessageLength Down { get; set; }

        public void Dispose() => Turn.Dispose();
    }
}
