using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Clients;

/// <summary>What happens around the steps of a client's round, by the parts of the method that ask for it.</summary>
internal sealed class StepHooks : IDisposable
{
    private readonly EntryMask? mask;
    private readonly HeldEntries? held;
    private readonly EntryPruning? pruning;

    /// <summary>Nothing.</summary>
    public StepHooks()
    {
    }

    /// <summary>Takes the model's present values for those that training begins from.</summary>
    /// <param name="method">The parts that hold in the round.</param>
    /// <param name="received">The download.</param>
    /// <param name="kept">The client's state.</param>
    /// <param name="slots">The parts of tensors that alone are trained; null is all.</param>
    /// <param name="model">The model.</param>
    /// <param name="pruning">The client's own entries, where it prunes; belongs to the hooks from now on.</param>
    public StepHooks(Method method, MessageBody received, MessageBody kept, IReadOnlyDictionary<TensorKey, TensorPart>? slots, IClientModel model, EntryPruning? pruning = null)
    {
        this.pruning = pruning;
        var (vector, backend) = (model.Trainable, model.Backend);
        Control = UsesControl(method.LocalProgram) ? new ControlVariate(received.Section(MessageBody.Control), kept.Section(MessageBody.Control), vector, backend) : null;
        mask = method.LocalProgram.Phases.Any(TrainsReceived) ? new EntryMask(received.Parts, vector, backend) : null;
        held = slots is null ? null : new HeldEntries(slots, vector, backend);
        Impact = SelectionRules.MeasuredBlocks(EncodingRules.SelectionOf(method.Codec.Up)) is { } grid ? new BlockImpact(grid, vector, backend) : null;
    }

    /// <summary>The client's control variate, when a phase is corrected by it.</summary>
    public ControlVariate? Control { get; }

    /// <summary>What blocks do to the loss, where somebody asks.</summary>
    public BlockImpact? Impact { get; }

    /// <summary>The client's side of a cut model, when it is cut.</summary>
    public CutClient? Asking { get; init; }

    /// <summary>Whether a phase is corrected by control variates.</summary>
    public static bool UsesControl(LocalProgram program) => program.Phases.Any(IsCorrected);

    /// <summary>What happens around the steps of a phase, in order.</summary>
    public IStepHook[] In(Phase phase) =>
        [.. new IStepHook?[] { IsCorrected(phase) ? Control : null, TrainsReceived(phase) ? mask : null, held, pruning, Impact, Asking }.OfType<IStepHook>()];

    /// <inheritdoc/>
    public void Dispose()
    {
        Control?.Dispose();
        mask?.Dispose();
        held?.Dispose();
        pruning?.Dispose();
    }

    private static bool IsCorrected(Phase phase) => phase.Hooks.Any(hook => hook is Hook.ControlVariate);

    private static bool TrainsReceived(Phase phase) => phase.Hooks.Any(hook => hook is Hook.ReceivedEntries);
}
