using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.Rounds;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Random;

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

    /// <summary>Trains as the order says.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="received">The download.</param>
    /// <param name="kept">The client's state; empty the first time.</param>
    /// <param name="initial">The adaptation's own initialisation, which all parties derive from the seed.</param>
    /// <param name="model">The model to train; whatever values it holds are overwritten.</param>
    /// <param name="data">The client's samples.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="RunException">A loss or a value is not finite; the message names client, round and step.</exception>
    /// <exception cref="InputException">The client has no data.</exception>
    public static LocalResult Run(
        WorkOrder order, MessageBody received, MessageBody kept, ParameterSet initial, IClientModel model, TokenizedDataset data, CancellationToken cancellation)
    {
        if (data.Count == 0)
        {
            throw new InputException($"client {order.Client} has no training examples");
        }

        var method = order.Method;
        var start = InitialisationRules.StartOf(order, received, kept, initial, model.Initial).AtRank(order.Holding.Rank);
        model.Trainable.Write(start);
        using var control = UsesControl(method.LocalProgram)
            ? new ControlVariate(received.Section(MessageBody.Control), kept.Section(MessageBody.Control), model.Trainable, model.Backend)
            : null;
        using var mask = HasMask(method.LocalProgram) ? new EntryMask(received.Parts, model.Trainable, model.Backend) : null;
        var allocation = UnitAllocation.Of(order, received, model, data);
        order = allocation is null ? order : order with { Holding = allocation.Holding };
        var (steps, losses) = Train(order, model, data, control, mask, cancellation);
        var trained = model.Trainable.Read();
        var result = Answer(order, received, kept, start, trained, control, data.Count, steps, losses / steps);
        return allocation is null ? result : result with { Answer = result.Answer.WithSection(MessageBody.Scores, new ParameterSet([allocation.Scores])) };
    }

    /// <summary>Whether a program's answers carry changes of control variates.</summary>
    internal static bool UsesControl(LocalProgram program) => program.Phases.Any(HasControl);

    /// <summary>What a client sends of all its tensors: those that are shared and that some phase trains.</summary>
    internal static ParameterSet SentOf(Method method, ParameterSet tensors) =>
        tensors.Where(key => SharingRules.Of(method.Sharing, key) == Visibility.Shared && method.LocalProgram.Phases.Any(phase => phase.Trains(key.Role)));

    /// <summary>The answer with these tensors, changes of control variates apart.</summary>
    internal static MessageBody AnswerOf(Method method, string client, ParameterSet received, ParameterSet shared, int examples, int steps, double loss)
    {
        var payload = EncodingRules.Payload(method.Codec.Up, shared, received);
        var parts = method.Capacity is Capacity.Rows ? CapacityRules.PartsOf(method.Capacity, client, shared) : EncodingRules.PartsOf(method.Codec.Up, payload);
        return (MessageBody.Empty with { Parts = parts })
            .WithSection(MessageBody.Parameters, payload)
            .WithNumber(Update.ExamplesNumber, examples)
            .WithNumber(Update.StepsNumber, steps)
            .WithNumber(Update.TrainLossNumber, loss);
    }

    private static bool HasControl(Phase phase) => phase.Hooks.Any(hook => hook is Hook.ControlVariate);

    private static bool HasMask(LocalProgram program) => program.Phases.Any(HasMask);

    private static bool HasMask(Phase phase) => phase.Hooks.Any(hook => hook is Hook.ReceivedEntries);

    private static (int Steps, double Losses) Train(
        WorkOrder order, IClientModel model, TokenizedDataset data, ControlVariate? control, EntryMask? mask, CancellationToken cancellation)
    {
        var (steps, losses) = (0, 0.0);
        var stream = PhiloxStream.Root(order.Seed).Child("local").Child(order.Client).Child(order.Version);
        for (var index = 0; index < order.Method.LocalProgram.Phases.Count; index++)
        {
            var phase = order.Method.LocalProgram.Phases[index];
            var training = new PhaseTraining(order, phase, model, data, stream.Child(index), HasControl(phase) ? control : null, HasMask(phase) ? mask : null);
            losses += training.Run(key => SharingRules.IsTrained(order.Method.Sharing, key) && order.Holding.Contains(key), cancellation);
            steps += training.Steps;
        }

        return (steps, losses);
    }

    private static LocalResult Answer(
        WorkOrder order, MessageBody received, MessageBody kept, ParameterSet start, ParameterSet trained, ControlVariate? control, int examples, int steps, double loss)
    {
        var method = order.Method;
        var rank = CapacityRules.RankAfter(method, start, trained);
        var shared = order.Holding.Of(SentOf(method, trained)).AtRank(rank);
        var answer = AnswerOf(method, order.Client, received.Section(MessageBody.Parameters), shared, examples, steps, loss);
        answer = rank is { } known ? answer.WithNumber(Update.RankNumber, known) : answer;
        var state = MessageBody.Empty.WithSection(PrivateSection, trained.Select(method.Sharing, Visibility.Private));
        if (method.Initialisation is Initialisation.Keep)
        {
            state = state.WithSection(KeptSection, trained);
        }

        if (control is null)
        {
            // A schedule may pause the hook for a round.
            return new LocalResult(answer, state.WithSection(MessageBody.Control, kept.Section(MessageBody.Control)));
        }

        var next = control.Next(start, shared);
        return new LocalResult(answer.WithSection(MessageBody.Control, control.Change(next)), state.WithSection(MessageBody.Control, next));
    }
}
