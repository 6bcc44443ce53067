using Tributary.Federation.Experiments;
using Tributary.Federation.Results;
using Tributary.Learning.Autograd;
using Tributary.Learning.Generation;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>Tells a person how far the quickstart is: a phase and its share.</summary>
public delegate void QuickstartProgress(string phase, double share);

/// <summary>
/// The whole idea on a small case, from nothing: a base model is trained on the spot, owners with different skills fine-tune it alone and together, and test words that
/// nobody trained on show who can do what. Everything is written to the folder and can be run again with the ordinary verbs.
/// </summary>
public sealed class QuickstartStudy(string folder, ulong seed, TimeProvider time, QuickstartProgress progress)
{
    /// <summary>Name of the experiment file in the folder: written first, so it tells a quickstart's folder from any other.</summary>
    public const string ExperimentName = "quickstart.yaml";

    private readonly SkillTexts texts = new(seed);

    /// <summary>Runs it; the caller writes the page to <c>report.html</c>.</summary>
    /// <exception cref="InputException">The folder holds something else.</exception>
    public async Task<QuickstartResult> RunAsync(CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var data = Prepare(cancel);
        var experiment = ExperimentFile.Read(Path.Combine(folder, ExperimentName));
        using var setup = RunSetupReader.Read(experiment);
        var run = new RunFolder(experiment.Output);
        StoredExperiment.Save(run, experiment, [], setup.Inputs);
        var outcome = await new RunStudy(setup, run, time, new Rounds(setup, progress)).RunAsync(cancel).ConfigureAwait(false);

        progress("testing who can do what", 0);
        using var tape = new Tape(setup.Backend);
        using var learner = new Learner(setup.Model, setup.Adapters, new LanguageModelling(), tape);
        var federated = Accuracy(learner, outcome.Federated);
        var alone = Skill.Owners.Select(o => Accuracy(learner, outcome.Baselines.Read(BaselineFiles.Alone(o.Owner)))).ToArray();
        var final = outcome.Result.Final;
        return new QuickstartResult(
            time.GetElapsedTime(start).TotalSeconds,
            Benchmarks.Memory.PeakRssBytes(),
            seed,
            [.. Skill.Owners.Select((o, i) => Owner(o.Owner, o.Skills, alone[i], federated))],
            [.. Skill.All.Select((s, i) => new QuickstartSkill(s.Name, federated[i], [.. alone.Select(a => a[i])]))],
            [outcome.Result.Initial!.Loss, .. outcome.Result.Rounds.Select(r => r.ValidationLoss ?? double.NaN)],
            Samples(setup, learner, outcome),
            new QuickstartBytes(final.BytesUp + final.BytesDown, data, 2L * outcome.Result.Subject.ModelBytes * outcome.Result.Rounds.Sum(r => r.Cohort.Count)),
            Path.Combine(folder, "report.html"));
    }

    private long Prepare(CancellationToken cancel)
    {
        AtomicFile.WriteText(Path.Combine(folder, ExperimentName), QuickstartSettings.Experiment(seed));
        var model = Path.Combine(folder, "model");
        if (!File.Exists(Path.Combine(model, "model.safetensors")))
        {
            using var backend = new CpuBackend(Environment.ProcessorCount);
            BaseModel.Create(model, texts, seed, QuickstartSettings.BaseSteps, backend, (step, _) => progress("training the base model", step / (double)QuickstartSettings.BaseSteps), cancel);
        }

        return OwnerFiles.Write(Path.Combine(folder, "data"), texts);
    }

    private double[] Accuracy(Learner learner, ParameterSet values)
    {
        learner.Write(values);
        return SkillScore.Measure(learner, texts);
    }

    private static QuickstartOwner Owner(string id, IReadOnlyList<Skill> skills, double[] alone, double[] federated)
    {
        QuickstartAccuracy Of(double[] accuracy) => new(Skill.All.Select((s, i) => (s, i)).Where(p => skills.Contains(p.s)).Average(p => accuracy[p.i]), accuracy.Average());
        return new QuickstartOwner(id, [.. skills.Select(s => s.Name)], Of(alone), Of(federated));
    }

    /// <summary>One question of every skill, answered by an owner who does not hold it and by the federated model.</summary>
    private QuickstartSample[] Samples(RunSetup setup, Learner learner, RunOutcome outcome) =>
    [.. Skill.All.Select((skill, i) =>
    {
        var (question, expected) = texts.Instruction(skill, SkillScore.Tests + i, test: true);
        var other = Skill.Owners[(i + 2) % Skill.Owners.Count].Owner;
        var alone = outcome.Baselines.Read(BaselineFiles.Alone(other));
        return new QuickstartSample(skill.Name, question, expected, other, Answer(setup, learner, alone, question), Answer(setup, learner, outcome.Federated, question));
    })];

    private static string Answer(RunSetup setup, Learner learner, ParameterSet values, string question)
    {
        learner.Write(values);
        var ids = new Generator(learner).Generate(setup.Tokenizer.Encode(question), 12, Sampling.Greedy, 0, new HashSet<int> { setup.Tokenizer.EosId!.Value });
        return setup.Tokenizer.Decode([.. ids]);
    }

    private sealed class Rounds(RunSetup setup, QuickstartProgress progress) : IRunProgress
    {
        private int alone;

        public void Round(RoundResult round) => progress("training together", round.Round / (double)setup.Rounds);

        public void Baseline(string owner) => progress("each owner training alone", Interlocked.Increment(ref alone) / (double)setup.Owners.Count);
    }
}
