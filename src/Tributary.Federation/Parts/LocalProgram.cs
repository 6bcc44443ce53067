using System.Text.Json.Serialization;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts;

/// <summary>What does a client do in a round? Phases, one after another.</summary>
/// <param name="Phases">The phases; null is one with all defaults.</param>
/// <param name="Withheld">Rows that are kept from training, to measure on; null is none.</param>
/// <param name="Reports">What it tells of itself beside its update; null is nothing.</param>
/// <param name="ClassLogits">Whether and how the client sends mean logits by class; null is not at all.</param>
/// <param name="Copies">Adapters that take over the values of others when the phases are done; null is none.</param>
public sealed record LocalProgram(
    IReadOnlyList<Phase>? Phases = null, Withheld? Withheld = null, IReadOnlyList<Report>? Reports = null, ClassLogits? ClassLogits = null, IReadOnlyList<AdapterCopy>? Copies = null)
{
    /// <summary>One phase with all defaults.</summary>
    public static LocalProgram Standard { get; } = new();

    /// <summary>The phases, at least one.</summary>
    public IReadOnlyList<Phase> Phases { get; init; } = Phases ?? [new Phase()];

    /// <summary>What it tells of itself beside its update.</summary>
    public IReadOnlyList<Report> Reports { get; init; } = Reports ?? [];

    /// <summary>Adapters that take over the values of others when the phases are done.</summary>
    public IReadOnlyList<AdapterCopy> Copies { get; init; } = Copies ?? [];

    /// <summary>Whether the client knows the labels of few of its rows and makes up others; null is that it knows all.</summary>
    public PseudoLabels? PseudoLabels { get; init; }

    /// <summary>Where the model is cut in two, of which clients have the lower part; null is nowhere.</summary>
    public Cut? Cut { get; init; }

    /// <summary>The same program with every phase changed alike.</summary>
    public LocalProgram WithEveryPhase(Func<Phase, Phase> change) => this with { Phases = [.. Phases.Select(change)] };

    /// <summary>The same program with the steps of so many clients; passes are over whatever rows there are.</summary>
    public LocalProgram ForClients(int count) =>
        WithEveryPhase(phase => phase.Budget is Budget.Steps steps ? phase with { Budget = new Budget.Steps(checked(steps.Count * count)) } : phase);

    /// <summary>The same program with some of its phases alone, by their numbers from 0; null is all.</summary>
    public LocalProgram Only(IReadOnlyList<int>? phases) => phases is null ? this : this with { Phases = [.. Phases.Where((_, number) => phases.Contains(number))] };
}

/// <summary>After the work of versions 0, <paramref name="Every"/>, 2·<paramref name="Every"/>…, one adapter takes over the values of another of the same shape.</summary>
/// <param name="From">The adapter that is copied.</param>
/// <param name="To">The adapter that takes over its values.</param>
/// <param name="Every">Rounds from one copy to the next, at least 1.</param>
public sealed record AdapterCopy(string From, string To, int Every = 1);

/// <summary>One phase of a client's work. A fresh optimizer begins with every phase.</summary>
/// <param name="Trainable">Roles that are trained; null is all that is not frozen.</param>
/// <param name="Losses">Terms of the objective, summed; null is the task's loss alone.</param>
/// <param name="Estimator">How the gradient is found; null is backpropagation.</param>
/// <param name="Optimizer">How a step is made; null is AdamW.</param>
/// <param name="Budget">How long; null is one epoch.</param>
/// <param name="BatchSize">Samples whose gradient is found at once.</param>
/// <param name="Clipping">How the gradient is bounded before a step; null is not at all.</param>
/// <param name="Hooks">What happens around each step; null is nothing.</param>
/// <param name="GradientAccumulationSteps">
/// Batches of a step, at least 1: their mean gradients are averaged, as are their losses, and then clipped. Fewer at the end of a pass over the data.
/// </param>
/// <param name="LearningRateSchedule">How the optimizer's rate moves; null is not at all.</param>
/// <param name="LearningRateSpan">Which steps that schedule counts.</param>
/// <param name="LearningRateFactors">What the rate is multiplied with for tensors of a role, 1 for a role that is not named; null is 1 for all.</param>
/// <param name="LearningRateDecay">What the rate is multiplied with from one round to the next, whatever its schedule.</param>
public sealed record Phase(
    IReadOnlyList<string>? Trainable = null,
    IReadOnlyList<LossTerm>? Losses = null,
    Estimator? Estimator = null,
    OptimizerSpec? Optimizer = null,
    Budget? Budget = null,
    int BatchSize = 8,
    GradientClipping? Clipping = null,
    IReadOnlyList<Hook>? Hooks = null,
    int GradientAccumulationSteps = 1,
    LearningRateSchedule? LearningRateSchedule = null,
    LearningRateSpan LearningRateSpan = LearningRateSpan.Run,
    IReadOnlyDictionary<string, double>? LearningRateFactors = null,
    double LearningRateDecay = 1)
{
    /// <summary>Terms of the objective, summed.</summary>
    public IReadOnlyList<LossTerm> Losses { get; init; } = Losses ?? [new LossTerm.Task()];

    /// <summary>How the gradient is found.</summary>
    public Estimator Estimator { get; init; } = Estimator ?? new Estimator.Backprop();

    /// <summary>How a step is made.</summary>
    public OptimizerSpec Optimizer { get; init; } = Optimizer ?? new OptimizerSpec.AdamW(LearningRate: 3e-4, WeightDecay: 0.01);

    /// <summary>How long the phase lasts.</summary>
    public Budget Budget { get; init; } = Budget ?? new Budget.Epochs(1);

    /// <summary>What happens around each step.</summary>
    public IReadOnlyList<Hook> Hooks { get; init; } = Hooks ?? [];

    /// <summary>Most samples of a step.</summary>
    [JsonIgnore]
    public int SamplesPerStep => checked(BatchSize * GradientAccumulationSteps);

    /// <summary>Adapters that are trained, by name; null is all.</summary>
    public IReadOnlyList<string>? Adapters { get; init; }

    /// <summary>Adapters that act while training, each with its weight, also those that are not trained; null is all as they are.</summary>
    public IReadOnlyDictionary<string, double>? Mixture { get; init; }

    /// <summary>
    /// Adapters of the mixture through whose branches no gradient flows to what lies before them, as in the reference implementation of FedDPA (Yang et al. 2024); null is none.
    /// </summary>
    public IReadOnlyList<string>? Detached { get; init; }

    /// <summary>Whether a tensor may change.</summary>
    public bool Trains(TensorKey key) => Trainable?.Contains(key.Role, StringComparer.Ordinal) != false && Adapters?.Contains(key.Adapter, StringComparer.Ordinal) != false;

    /// <summary>What the learning rate is multiplied with for tensors of a role.</summary>
    public double LearningRateFactor(string role) => LearningRateFactors?.TryGetValue(role, out var factor) == true ? factor : 1;

    /// <summary>Optimizer steps of one round over that many samples; the last step of a pass may be over fewer samples.</summary>
    public int StepsOver(int examples) => Budget switch
    {
        Budget.Steps steps => steps.Count,
        Budget.Epochs epochs => checked(epochs.Count * (int)(((long)examples + SamplesPerStep - 1) / SamplesPerStep)),
        _ => throw new ArgumentException($"unknown budget {Budget}"),
    };

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Counted from 0 in its round.</param>
    /// <param name="steps">Steps of a round.</param>
    /// <param name="round">Counted from 0.</param>
    /// <param name="rounds">Rounds of the run.</param>
    public double LearningRateAt(int step, int steps, int round, int rounds) => Math.Pow(LearningRateDecay, round) * ((LearningRateSchedule, LearningRateSpan) switch
    {
        (null, _) => Optimizer.LearningRate,
        ({ } schedule, LearningRateSpan.Run) => schedule.At(((long)round * steps) + step, (long)rounds * steps, Optimizer.LearningRate),
        ({ } schedule, LearningRateSpan.Rounds) => schedule.At(round, rounds, Optimizer.LearningRate),
        ({ } schedule, LearningRateSpan.Round) => schedule.At(step, steps, Optimizer.LearningRate),
        _ => throw new ArgumentException($"unknown span {LearningRateSpan}"),
    });
}

/// <summary>
/// Which steps a learning-rate schedule counts. Every client counts by the round, whether or not it took part in those before, and by its own steps of a round: all reach the
/// end of the schedule with the last round, and where a client stands follows from the work order alone.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<LearningRateSpan>))]
public enum LearningRateSpan
{
    /// <summary>The optimizer steps of the whole run: step s (from 0) of round t (from 1) is number (t − 1) · (steps of a round) + s.</summary>
    [JsonStringEnumMemberName("run")]
    Run,

    /// <summary>The rounds of the run; the rate does not move inside a round (OpenFedLLM, Ye et al. 2024).</summary>
    [JsonStringEnumMemberName("rounds")]
    Rounds,

    /// <summary>The optimizer steps of one round; every round begins anew (FedEx-LoRA, Singhal et al. 2024).</summary>
    [JsonStringEnumMemberName("round")]
    Round,
}

/// <summary>One term of a client's objective.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Task), "task")]
[JsonDerivedType(typeof(Proximal), "proximal")]
[JsonDerivedType(typeof(TailNorm), "tail_norm")]
[JsonDerivedType(typeof(ProductDecay), "product_decay")]
[JsonDerivedType(typeof(ClassDistillation), "class_distillation")]
[JsonDerivedType(typeof(LoadBalance), "load_balance")]
public abstract record LossTerm
{
    private LossTerm()
    {
    }

    /// <summary>The task's own loss, for language models the mean cross-entropy of labelled tokens.</summary>
    public sealed record Task : LossTerm;

    /// <summary>(mu / 2)·‖w − x‖² over all trained tensors, x as received (FedProx, Li et al. 2020). Passes through the optimizer, unlike decoupled decay.</summary>
    /// <param name="Mu">Strength, at least 0.</param>
    public sealed record Proximal(double Mu = 0.01) : LossTerm;

    /// <summary>
    /// lambda · Σ ‖B[:, tail]‖·‖A[tail, :]‖ over LoRA modules, the tail being the ranks from ⌊gamma · rank⌋ on: draws weight out of the last ranks (HETLoRA, Cho et al. 2024).
    /// </summary>
    /// <param name="Lambda">Strength, at least 0.</param>
    /// <param name="Gamma">Where the tail begins, above 0 … below 1.</param>
    public sealed record TailNorm(double Lambda = 0.01, double Gamma = 0.99) : LossTerm;

    /// <summary>(lambda / 2) · Σ ‖s·BA‖² over LoRA modules: decay of the matrices in the place of their factors (FedHM, Yao et al. 2021).</summary>
    /// <param name="Lambda">Strength, at least 0.</param>
    public sealed record ProductDecay(double Lambda = 1e-4) : LossTerm;

    /// <summary>
    /// strength · T² · KL(softmax(t / T) ‖ softmax(z / T)), z the sample's scores and t the mean logits of its class that were received; none while there are none (FedHPL, Ma et
    /// al. 2024).
    /// </summary>
    /// <param name="Strength">Weight of the term, at least 0.</param>
    /// <param name="Temperature">T, above 0.</param>
    public sealed record ClassDistillation(double Strength = 1, double Temperature = 2) : LossTerm;

    /// <summary>
    /// beta · Σ over adapted layers of (experts held) · Σ Pₑfₑ, P the mean probability that an expert is given and f its share of the places (Fedus et al. 2022): 1 for each layer
    /// whose experts are used alike. The losses that are reported hold it.
    /// </summary>
    /// <param name="Beta">Strength, at least 0.</param>
    public sealed record LoadBalance(double Beta = 1e-3) : LossTerm;
}

/// <summary>How long a phase lasts.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Steps), "steps")]
[JsonDerivedType(typeof(Epochs), "epochs")]
public abstract record Budget
{
    private Budget()
    {
    }

    /// <summary>A number of optimizer steps; the data are passed through as often as needed.</summary>
    /// <param name="Count">Steps, at least 1.</param>
    public sealed record Steps(int Count) : Budget;

    /// <summary>A number of passes over the client's data.</summary>
    /// <param name="Count">Passes, at least 1.</param>
    public sealed record Epochs(int Count) : Budget;
}

/// <summary>What happens around a step.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ControlVariate), "control_variate")]
[JsonDerivedType(typeof(ReceivedEntries), "received_entries")]
public abstract record Hook
{
    private Hook()
    {
    }

    /// <summary>
    /// SCAFFOLD's correction after each step, y ← y − lr·(c − cₖ), and afterwards cₖ ← cₖ − c + (x − y) / (steps·lr) (Karimireddy et al. 2020, option II). With plain SGD
    /// this is the textbook method; with adaptive optimizers it is what OpenFedLLM does.
    /// </summary>
    public sealed record ControlVariate : Hook;

    /// <summary>Trains the entries alone that the download held: the gradient of the others is zero, and so they stay zero where a sparse download left them so.</summary>
    public sealed record ReceivedEntries : Hook;
}
