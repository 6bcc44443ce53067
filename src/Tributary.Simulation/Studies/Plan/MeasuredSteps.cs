using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>What passes of one kind took.</summary>
/// <param name="SecondsPerToken">Time.</param>
/// <param name="Rows">Rows of the first step's largest one, which is the same at every start.</param>
/// <param name="Bytes">Memory of its values, gradients and scratch.</param>
internal readonly record struct MeasuredPass(double SecondsPerToken, long Rows, long Bytes);

/// <summary>What real steps of training and of evaluation took on the own rows of the first owner who trains on that base.</summary>
/// <param name="Training">Training, everything computed.</param>
/// <param name="Evaluation">Evaluation, everything computed.</param>
/// <param name="FrozenBlocks">Blocks below everything that is trained.</param>
/// <param name="Again">Training and evaluation on samples whose frozen blocks are computed already, in seconds per token; null when there are no such blocks.</param>
/// <param name="Below">Training of the blocks below each cut alone, by their number; nothing when the model is not cut.</param>
internal sealed record MeasuredSteps(MeasuredPass Training, MeasuredPass Evaluation, int FrozenBlocks, (double Training, double Evaluation)? Again, IReadOnlyDictionary<int, MeasuredPass> Below)
{
    private const double TrainingSeconds = 1.6;
    private const double EvaluationSeconds = 0.4;
    private const double AgainSeconds = 0.6;

    /// <summary>Takes real local steps and evaluations for two or three seconds over all bases of a run, one of each at least; the earlier half of them warms up.</summary>
    public static MeasuredSteps Of(RunSetup setup, Learner learner, ParameterSet initial, TimeProvider time, CancellationToken cancel)
    {
        var training = Train(setup, learner, initial, run => run, TrainingSeconds / setup.InUse.Count, time, cancel);
        using var tape = new Tape(setup.Backend);
        using var evaluated = new Learner(learner.Model, learner.Adapters, learner.Objective, tape);
        evaluated.Write(initial);
        var evaluation = Evaluate(setup, evaluated, EvaluationSeconds / setup.InUse.Count, time, cancel);
        return new MeasuredSteps(training, evaluation, learner.FrozenBlocks, learner.FrozenBlocks == 0 ? null : Repeated(setup, learner, initial, time, cancel), BelowCut(setup, learner, initial));
    }

    /// <summary>Takes one local step and one evaluation over a base, for their memory.</summary>
    public static MeasuredSteps Once(RunSetup setup, Backbone backbone)
    {
        using var own = new Tape(setup.Backend);
        using var learner = backbone.Learner(own);
        var initial = backbone.Initial(setup.Method, setup.Seed);
        var training = Train(setup, learner, initial, run => run, 0, TimeProvider.System, CancellationToken.None);
        using var tape = new Tape(setup.Backend);
        using var evaluated = new Learner(learner.Model, learner.Adapters, learner.Objective, tape);
        evaluated.Write(initial);
        return new MeasuredSteps(training, Evaluate(setup, evaluated, 0, TimeProvider.System, CancellationToken.None), learner.FrozenBlocks, null, BelowCut(setup, learner, initial));
    }

    // One step, for its memory; what lies above the cut is somebody else's.
    private static Dictionary<int, MeasuredPass> BelowCut(RunSetup setup, Learner whole, ParameterSet initial) => (setup.Method.At(1).LocalProgram.Cut?.Blocks ?? [])
        .Distinct().ToDictionary(blocks => blocks, blocks => BelowCut(setup, whole, initial, Math.Min(blocks, whole.Model.Shape.Layers)));

    private static MeasuredPass BelowCut(RunSetup setup, Learner whole, ParameterSet initial, int blocks)
    {
        using var tape = new Tape(setup.Backend);
        using var learner = new Learner(whole.Model, whole.Adapters, CutLoss.At(whole.Adapters, whole.Objective, blocks, new Elsewhere()), tape);
        return Train(setup, learner, initial, run => run, 0, TimeProvider.System, CancellationToken.None);
    }

    // The same samples each time, with room for them.
    private static (double Training, double Evaluation) Repeated(RunSetup setup, Learner without, ParameterSet initial, TimeProvider time, CancellationToken cancel)
    {
        using var store = new ActivationStore(without.Model, "", setup.ActivationLimits with { DiskBytes = 0 });
        using var tape = new Tape(setup.Backend);
        using var learner = new Learner(without.Model, without.Adapters, without.Objective, tape, store);
        var training = Train(setup, learner, initial, _ => 0, AgainSeconds / setup.InUse.Count, time, cancel).SecondsPerToken;
        return (training, Evaluate(setup, learner, EvaluationSeconds / setup.InUse.Count, time, cancel).SecondsPerToken);
    }

    private static MeasuredPass Train(
        RunSetup setup, Learner learner, ParameterSet initial, Func<int, int> version, double limit, TimeProvider time, CancellationToken cancel)
    {
        var owner = OwnerOf(setup, learner);
        var method = setup.Method.At(1);
        var one = method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Budget = new Budget.Steps(1) }) with { Cut = null } }; // of a cut model both parts together
        var start = ServerState.Initial(initial);
        learner.WriteBase(start.Base);
        var (rows, bytes) = (0L, 0L);
        var seconds = PerToken(time, limit, run =>
        {
            var model = new CountingModel(new LearnerModel(learner));
            var order = new WorkOrder("plan", version(run), setup.Rounds * setup.RoundsAtOnce, Exchange.Train.Name, owner.Id, WorkOrder.CurrentProtocol, setup.Seed, "", "", one);
            LocalProgramRunner.Run(order, start.Body, MessageBody.Empty, start.Model, model, owner.Train, cancel);
            (rows, bytes) = run == 0 ? (learner.PeakPassRows, learner.PeakPassBytes) : (rows, bytes);
            return model.Tokens;
        });
        return new MeasuredPass(seconds, rows, bytes);
    }

    private static MeasuredPass Evaluate(RunSetup setup, Learner learner, double limit, TimeProvider time, CancellationToken cancel)
    {
        var owner = OwnerOf(setup, learner);
        var held = owner.Validation ?? owner.Train;
        var sample = held.First(setup.Method.At(1).LocalProgram.Phases[0].BatchSize);
        var seconds = PerToken(time, limit, _ =>
        {
            DatasetLoss.Measure(learner, [sample], cancel);
            return sample.Tokens;
        });
        return new MeasuredPass(seconds, learner.PeakPassRows, learner.PeakPassBytes);
    }

    // One whose rows are for that model: who trains on it, or anybody where it only measures.
    private static OwnerData OwnerOf(RunSetup setup, Learner learner) => setup.Owners.FirstOrDefault(owner => setup.Backbones.Of(owner.Id).Model == learner.Model) ?? setup.Owners[0];

    private static double PerToken(TimeProvider time, double limit, Func<int, long> work)
    {
        var begun = time.GetTimestamp();
        var runs = new List<(long Tokens, double Seconds)>();
        do
        {
            var start = time.GetTimestamp();
            var tokens = work(runs.Count);
            runs.Add((tokens, time.GetElapsedTime(start).TotalSeconds));
        }
        while (time.GetElapsedTime(begun).TotalSeconds < limit);

        var warm = runs.Skip(runs.Count / 2).ToArray();
        return warm.Sum(run => run.Seconds) / Math.Max(1, warm.Sum(run => run.Tokens));
    }

    /// <summary>Blocks above a cut whose answers take no memory here.</summary>
    private sealed class Elsewhere : IUpperBlocks
    {
        public double Loss(TokenRows rows, ReadOnlyMemory<float> given) => 0;

        public double AddGradient(TokenRows rows, ReadOnlyMemory<float> given, float scale, Memory<float> gradient)
        {
            gradient.Span.Clear();
            return 0;
        }

        public void Learn(TokenRows rows, ReadOnlyMemory<float> given, float scale)
        {
            // Somebody else learns.
        }
    }

    /// <summary>A client's model that counts the tokens it learns from, those of texts that are answered among them.</summary>
    private sealed class CountingModel(IClientModel model) : IClientModel
    {
        public long Tokens { get; private set; }

        public IBackend Backend => model.Backend;

        public TrainableVector Trainable => model.Trainable;

        public ulong DropoutKey
        {
            get => model.DropoutKey;
            set => model.DropoutKey = value;
        }

        public ParameterSet Initial(ulong seed) => model.Initial(seed);

        public void Mix(IReadOnlyDictionary<string, double>? weights, IReadOnlyList<string>? detached = null) => model.Mix(weights, detached);

        public void Minimise(IObjective? objective) => model.Minimise(objective);

        public double Balance
        {
            get => model.Balance;
            set => model.Balance = value;
        }

        public ParameterSet MeanInputs(TokenRows batch) => model.MeanInputs(Counted(batch));

        public float[] Scores(TokenRows batch) => model.Scores(batch);

        public double Loss(TokenRows batch) => model.Loss(Counted(batch));

        public double AddGradient(TokenRows batch, float scale = 1) => model.AddGradient(Counted(batch), scale);

        public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction) => model.Derivative(Counted(batch), direction);

        // Every pass over a batch counts.
        private TokenRows Counted(TokenRows batch)
        {
            Tokens += batch.Count + (batch.Source?.Count ?? 0);
            return batch;
        }
    }
}
