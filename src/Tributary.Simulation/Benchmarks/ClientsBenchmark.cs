using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Benchmarks;

/// <summary>What to measure: clients with a LoRA of their own, each with one step over so many random sequences of one length.</summary>
public sealed record ClientsBenchmarkOptions(ModelPreset Preset, int Clients, int Batch, int Length, int Threads, int Repetitions);

/// <summary>The cost of many clients' steps, in milliseconds, on the same number of threads.</summary>
/// <param name="Clients">How many clients.</param>
/// <param name="StepMs">A bare training step of one client on all threads: no messages, no switching.</param>
/// <param name="OneAfterAnotherMs">A step of every client as a run does it, one client at a time on all threads.</param>
/// <param name="SideBySideMs">The same with as many clients at a time as threads, a thread each.</param>
/// <param name="OneBatchMs">A bare step over all clients' sequences as one client's: what a backbone pass shared by all could cost at best.</param>
public sealed record ClientsBenchmarkResult(int Clients, Spread StepMs, Spread OneAfterAnotherMs, Spread SideBySideMs, Spread OneBatchMs)
{
    /// <summary>One client after another over so many single steps.</summary>
    public double OneAfterAnotherRatio => OneAfterAnotherMs.Median / (Clients * StepMs.Median);

    /// <summary>Clients side by side over so many single steps.</summary>
    public double SideBySideRatio => SideBySideMs.Median / (Clients * StepMs.Median);

    /// <summary>One batch of all clients over so many single steps.</summary>
    public double OneBatchRatio => OneBatchMs.Median / (Clients * StepMs.Median);
}

/// <summary>Times the steps of many clients over one backbone against as many steps of one.</summary>
public static class ClientsBenchmark
{
    private const ulong Seed = 1;
    private static readonly OptimizerSpec AdamW = new OptimizerSpec.AdamW(1e-4);

    /// <summary>Measures all ways in turn, so that a machine that slows down slows them all.</summary>
    /// <exception cref="InputException">The architecture predicts no next token.</exception>
    public static async Task<ClientsBenchmarkResult> MeasureAsync(ClientsBenchmarkOptions options, TimeProvider time, CancellationToken cancel)
    {
        using var wide = new Setting(options, options.Threads, learners: 1);
        if (wide.Model.Shape.Task != HeadTask.CausalLanguageModelling || options.Length > wide.Model.Shape.Positions)
        {
            throw new InputException($"preset {options.Preset.Name} does not predict next tokens in sequences of {options.Length}; choose one that does");
        }

        using var narrow = new Setting(options, 1, learners: options.Threads);
        TokenizedDataset[] data = [.. Enumerable.Range(0, options.Clients).Select(client => RandomRows(client, options, wide.Model.Shape.Vocabulary))];
        Func<Task>[] ways = [() => wide.StepAsync(data[0]), () => wide.EveryClientAsync(data, cancel), () => narrow.EveryClientAsync(data, cancel), () => wide.StepAsync(TokenizedDataset.Join(data))];
        var milliseconds = new double[ways.Length][];
        for (var way = 0; way < ways.Length; way++)
        {
            milliseconds[way] = new double[options.Repetitions];
            await ways[way]().ConfigureAwait(false); // warms up
        }

        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                cancel.ThrowIfCancellationRequested();
                var start = time.GetTimestamp();
                await ways[way]().ConfigureAwait(false);
                milliseconds[way][repetition] = time.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        Spread[] spreads = [.. milliseconds.Select(Spread.OfTimes)];
        return new ClientsBenchmarkResult(options.Clients, spreads[0], spreads[1], spreads[2], spreads[3]);
    }

    private static TokenizedDataset RandomRows(int client, ClientsBenchmarkOptions options, int vocabulary)
    {
        var philox = new Philox(Seed);
        return new TokenizedDataset([.. Enumerable.Range(0, options.Batch).Select(row =>
        {
            var ids = Enumerable.Range(0, options.Length).Select(t => (int)(philox.UniformDouble((ulong)((client * options.Batch) + row), (ulong)t) * vocabulary)).ToArray();
            return new TokenizedExample(ids, [.. ids.Skip(1), TokenRows.Ignore]);
        })], default);
    }

    /// <summary>A backbone on its own threads with the learners over it.</summary>
    private sealed class Setting : IDisposable
    {
        private readonly CpuBackend backend;
        private readonly LearnerPool learners;
        private readonly ParameterSet initial;
        private readonly Method method;

        public Setting(ClientsBenchmarkOptions options, int threads, int learners)
        {
            backend = new CpuBackend(threads);
            Model = ModelLoader.Build(options.Preset.ConfigJson, backend, RandomTensors.Uniform(Seed));
            var adapter = new LoraAdapter(new LoraConfig(Rank: 8, Alpha: 16), Model);
            initial = new ParameterSet(adapter.Initial(Model, Seed));
            this.learners = new LearnerPool(Model, [adapter], new LanguageModelling(), learners);
            method = Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(Optimizer: AdamW, Budget: new Budget.Steps(1), BatchSize: options.Batch)]) };
        }

        public LanguageModel Model { get; }

        /// <summary>A step with what the learner and its optimizer hold.</summary>
        public Task StepAsync(TokenizedDataset data) => learners.RunAsync(
            learner =>
            {
                var trainable = learner.Trainable;
                var rows = new TokenRows();
                data.Fill(rows, [.. Enumerable.Range(0, data.Count)]);
                trainable.ZeroGradient();
                var loss = learner.AddGradient(rows);
                using var optimizer = new Optimizer(AdamW, backend, trainable.Length);
                optimizer.Step(trainable.Values, trainable.Gradient, AdamW.LearningRate);
                return loss;
            },
            default);

        /// <summary>What a run does for every client between download and answer.</summary>
        public Task EveryClientAsync(TokenizedDataset[] data, CancellationToken cancel)
        {
            var received = MessageBody.Empty.WithSection(MessageBody.Parameters, initial);
            return Task.WhenAll(data.Select((own, i) => learners.RunAsync(
                learner =>
                {
                    var order = new WorkOrder("bench", 0, 1, Exchange.Train.Name, $"client{i:D5}", WorkOrder.CurrentProtocol, (long)Seed, "", "", method);
                    return LocalProgramRunner.Run(order, received, MessageBody.Empty, initial, new LearnerModel(learner), own, cancel);
                },
                cancel)));
        }

        public void Dispose()
        {
            learners.Dispose();
            Model.Dispose();
            backend.Dispose();
        }
    }
}
