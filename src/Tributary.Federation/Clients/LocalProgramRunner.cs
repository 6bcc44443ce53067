using Tributary.Federation.Cuts;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Parts.ClassTables;
using Tributary.Federation.Parts.Experts;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>What a client answers, and what it will keep once the answer is acknowledged.</summary>
public sealed record LocalResult(MessageBody Answer, MessageBody State);

/// <summary>
/// The one runner of local programs, for simulated and remote clients alike: a function of the order, the download, the client's state and its data. Nothing of one client
/// stays in the model for the next.
/// </summary>
public static class LocalProgramRunner
{
    /// <summary>Section of a client's state: its private tensors.</summary>
    public const string PrivateSection = "private";

    /// <summary>Section of a client's state: all its tensors, when they are kept from round to round.</summary>
    public const string KeptSection = "kept";

    // Number of a client's state: it has told of itself before.
    private const string AnsweredNumber = "answered";

    /// <summary>Trains as the order says.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="received">The download, with the tensors that sums in it stand for.</param>
    /// <param name="kept">The client's state; empty the first time.</param>
    /// <param name="initial">The adaptation's own initialisation, which all parties derive from the seed.</param>
    /// <param name="model">The model to train; whatever values it holds are overwritten.</param>
    /// <param name="data">The client's samples.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <param name="upper">Whom to ask in its steps where the model is cut; null is nobody.</param>
    /// <exception cref="RunException">A loss or a value is not finite; the message names client, round and step.</exception>
    /// <exception cref="InputException">The client has no data.</exception>
    public static LocalResult Run(
        WorkOrder order, MessageBody received, MessageBody kept, ParameterSet initial, IClientModel model, TokenizedDataset data, CancellationToken cancellation,
        IUpperService? upper = null)
    {
        RequireRows(order, data);
        var method = order.Method;
        var start = CapacityRules.OfModel(method, order.Holding, InitialisationRules.StartOf(order, received, kept, initial, model.Initial));
        model.Trainable.Write(start);
        var program = method.LocalProgram;
        var (rows, heldOut) = ClientReports.Split(data, program.Withheld, order.Seed);
        rows = PseudoLabelling.Rows(order, model, rows);
        var before = ClientReports.MeasuresLosses(program) ? ClientReports.LossOver(model, heldOut) : 0;
        var allocation = UnitAllocation.Of(order, received, model, rows);
        order = allocation is null ? order : order with { Holding = allocation.Holding };
        var slots = order.Holding.Slots is { } perModule ? Slots(order, perModule, received, start, model, rows, cancellation) : null;
        var agreed = CapacityRules.AgreedOf(method.Capacity, new TensorLayout(model.Trainable.Parameters.Select(parameter => (parameter.Key, parameter.Shape))));
        var pruning = order.Holding.Entries is { } entries && method.Capacity is Capacity.Pruned { Cuts: var cuts }
            ? new EntryPruning(kept.Section(EntryPruning.Section), entries, cuts, program.Phases.Sum(phase => phase.StepsOver(rows.Count)), model.Trainable, model.Backend)
            : null;
        using var asking = CutClient.For(order, upper, model, rows.Count, cancellation);
        using var hooks = new StepHooks(method, received, kept, slots ?? (agreed.Count > 0 ? agreed : null), model, pruning) { Asking = asking };
        var work = LocalWork.Train(order, received, model, rows, LocalWork.Name, hooks, cancellation);
        var trained = Copied(order, model.Trainable.Read());
        var after = ClientReports.MeasuresLosses(program) ? ClientReports.LossOver(model, heldOut) : 0;
        var result = Answer(order, received, kept, start, trained, slots ?? pruning?.Parts(model.Trainable), hooks, rows.Count, work);
        result = pruning is null ? result : WithEntries(result, pruning.State(model.Trainable), method);
        result = allocation is null ? result : result with { Answer = result.Answer.WithSection(MessageBody.Scores, new ParameterSet([allocation.Scores])) };
        result = result with { Answer = ExpertRules.WithEmbeddings(method.Capacity, ClassTableRules.WithTable(program, result.Answer, model, rows), model, heldOut) };
        if (program.Reports.Count == 0)
        {
            return result;
        }

        var reports = ClientReports.Of(program, data, rows.Count, before, after, isFirst: !kept.Numbers.ContainsKey(AnsweredNumber));
        return new LocalResult(result.Answer.WithSection(ClientReports.Section, reports), result.State.WithNumber(AnsweredNumber, 1));
    }

    /// <summary>Refuses work on no data.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static void RequireRows(WorkOrder order, TokenizedDataset data)
    {
        if (data.Count == 0)
        {
            throw new InputException($"client {order.Client} has no training examples");
        }
    }

    /// <summary>Whether a program's answers carry changes of control variates.</summary>
    internal static bool UsesControl(LocalProgram program) => StepHooks.UsesControl(program);

    /// <summary>What a client sends of all its tensors: those that are shared and that some phase trains.</summary>
    internal static ParameterSet SentOf(Method method, ParameterSet tensors) =>
        tensors.Where(key => SharingRules.IsSent(method, key));

    /// <summary>The answer with these tensors, changes of control variates and reports apart.</summary>
    internal static MessageBody AnswerOf(ParameterSet tensors, IReadOnlyDictionary<TensorKey, TensorPart> parts, int examples, LocalWork work) =>
        (MessageBody.Empty with { Parts = parts })
        .WithSection(MessageBody.Parameters, tensors)
        .WithSection(SeedScalarRules.Section, work.Scalars)
        .WithNumber(Update.ExamplesNumber, examples)
        .WithNumber(Update.StepsNumber, work.Steps)
        .WithNumber(Update.TrainLossNumber, work.Loss);

    private static IReadOnlyDictionary<TensorKey, double[]> NoImpact { get; } = new Dictionary<TensorKey, double[]>();

    // Chosen by a trial epoch, of which nothing else stays.
    private static IReadOnlyDictionary<TensorKey, TensorPart> Slots(
        WorkOrder order, int perModule, MessageBody received, ParameterSet start, IClientModel model, TokenizedDataset data, CancellationToken cancellation)
    {
        var program = order.Method.LocalProgram.WithEveryPhase(phase => phase with { Budget = new Budget.Epochs(1) });
        using var none = new StepHooks();
        LocalWork.Train(order with { Method = order.Method with { LocalProgram = program } }, received, model, data, "trial", none, cancellation);
        var slots = SlotSelection.Of(order.Method.Adaptation, perModule, start, model.Trainable.Read());
        model.Trainable.Write(start);
        return slots;
    }

    private static ParameterSet Copied(WorkOrder order, ParameterSet trained) => order.Method.LocalProgram.Copies.Where(copy => order.Version % copy.Every == 0).Aggregate(
        trained, (all, copy) => all.ReplacedBy(new ParameterSet(all.Where(key => key.Adapter == copy.From).Select(tensor => tensor with { Key = tensor.Key with { Adapter = copy.To } }))));

    private static LocalResult WithEntries(LocalResult result, ParameterSet entries, Method method) => new(
        result.Answer.WithNumber(EntryPruning.DeadSlotsNumber, EntryPruning.DeadSlots(entries, method.Adaptation)), result.State.WithSection(EntryPruning.Section, entries));

    private static LocalResult Answer(
        WorkOrder order, MessageBody received, MessageBody kept, ParameterSet start, ParameterSet trained, IReadOnlyDictionary<TensorKey, TensorPart>? slots,
        StepHooks hooks, int examples, LocalWork work)
    {
        var method = order.Method;
        var rank = CapacityRules.RankAfter(method, start, trained);
        var shared = order.Holding.Of(SentOf(method, trained)).AtRank(rank);
        shared = slots is null ? shared : shared.Where(key => !slots.TryGetValue(key, out var part) || part.Marks.Count > 0);
        var encoded = EncodingRules.Encode(new Upload(method, order.Client, shared, received.Section(MessageBody.Parameters), kept, hooks.Impact?.Sums ?? NoImpact, order.Holding));
        var parts = slots is null ? encoded.Parts : slots.Where(slot => shared.TryGet(slot.Key, out _)).ToDictionary();
        var answer = AnswerOf(encoded.Tensors, parts, examples, work);
        answer = rank is { } known ? answer.WithNumber(Update.RankNumber, known) : answer;
        var state = MessageBody.Empty.WithSection(PrivateSection, trained.Where(key => SharingRules.IsKept(method.Sharing, key)));
        state = encoded.State.Aggregate(state, (all, section) => all.WithSection(section.Key, kept.Section(section.Key).MergedWith(section.Value)));
        if (method.Initialisation is Initialisation.Keep)
        {
            state = state.WithSection(KeptSection, trained);
        }

        if (hooks.Control is not { } control)
        {
            // A schedule may pause the hook for a round.
            return new LocalResult(answer, state.WithSection(MessageBody.Control, kept.Section(MessageBody.Control)));
        }

        var next = control.Next(start, shared);
        return new LocalResult(answer.WithSection(MessageBody.Control, control.Change(next)), state.WithSection(MessageBody.Control, next));
    }
}
