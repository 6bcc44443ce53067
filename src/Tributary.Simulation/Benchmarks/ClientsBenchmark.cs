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
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Benchmarks;

/// <summary>What to measure: clients with a LoRA of their own, each with a few steps over so many random sequences of one length.</summary>
public sealed record ClientsBenchmarkOptions(ModelPreset Preset, int Clients, int Batch, int Length, int Threads, int Repetitions);

/// <summary>The cost of many clients' steps, in milliseconds, on the same number of threads. Ratios are medians over turns in which everything was measured.</summary>
/// <param name="Clients">How many clients.</param>
/// <param name="Steps">Steps of each.</param>
/// <param name="BareMs">As many bare steps of one client on all threads: no messages, no switching.</param>
/// <param name="OneAfterAnotherMs">The steps of every client as a run takes them, one client at a time on all threads.</param>
/// <param name="SideBySideMs">The same with as many clients at a time as threads, a thread each.</param>
/// <param name="TogetherMs">All threads, with as many clients at a time as may pass the backbone together.</param>
/// <param name="OneBatchMs">Bare steps over all clients' sequences as one client's: what a backbone pass shared by all could cost at best.</param>
/// <param name="Ratios">Each over the bare steps.</param>
/// <param name="TogetherOverAlone">Together over one after another.</param>
/// <param name="SameResults">Whether every client had the same loss and the same values either way, to the last bit.</param>
public sealed record ClientsBenchmarkResult(
    int Clients, int Steps, Spread BareMs, Spread OneAfterAnotherMs, Spread SideBySideMs, Spread TogetherMs, Spread OneBatchMs, ClientsBenchmarkRatios Ratios,
    double TogetherOverAlone, bool SameResults);

/// <summary>Costs over those of as many bare steps.</summary>
public sealed record ClientsBenchmarkRatios(double OneAfterAnother, double SideBySide, double Together, double OneBatch);

/// <summary>Times the steps of many clients over one backbone against as many steps of one.</summary>
public static class ClientsBenchmark
{
    private const ulong Seed = 1;
    private const int Steps = 2;
    private static readonly OptimizerSpec AdamW = new OptimizerSpec.AdamW(1e-4);

    /// <summary>Measures all ways turn by turn, so that a machine that slows down slows them all.</summary>
    /// <exception cref="InputException">The architecture predicts no next token.</exception>
    public static ClientsBenchmarkResult Measure(ClientsBenchmarkOptions options, TimeProvider time, CancellationToken cancel)
    {
        using var wide = new Setting(options, options.Threads);
        if (wide.Model.Shape.Task != HeadTask.CausalLanguageModelling || options.Length > wide.Model.Shape.Positions)
        {
            throw new InputException($"preset {options.Preset.Name} does not predict next tokens in sequences of {options.Length}; choose one that does");
        }

        using var narrow = new Setting(options, 1);
        using var alone = wide.Pool(1, 1);
        using var sideBySide = narrow.Pool(options.Threads, 1);
        using var together = wide.Pool(1, Math.Min(SharedPass.MostClients, options.Clients));
        TokenizedDataset[] data = [.. Enumerable.Range(0, options.Clients).Select(client => RandomRows(client, options, wide.Model.Shape.Vocabulary))];
        var everything = TokenizedDataset.Join(data);
        Action<int>[] ways =
        [
            _ => Bare(alone, data[0], options.Clients * Steps), _ => wide.EveryClient(alone, data, cancel), _ => narrow.EveryClient(sideBySide, data, cancel),
            _ => wide.EveryClient(together, data, cancel), _ => Bare(alone, everything, Steps),
        ];
        var same = Same(wide.EveryClient(alone, data, cancel), wide.EveryClient(together, data, cancel));
        Array.ForEach(ways, way => way(0)); // warms up
        var times = Interleaved.Time(ways, options.Repetitions, time, cancel);
        Spread[] spreads = [.. times.Select(Interleaved.SpreadOf)];
        double Ratio(int way, int over) => Interleaved.Median(times[way].Zip(times[over], (a, b) => a / b));
        return new ClientsBenchmarkResult(
            options.Clients, Steps, spreads[0], spreads[1], spreads[2], spreads[3], spreads[4],
            new ClientsBenchmarkRatios(Ratio(1, 0), Ratio(2, 0), Ratio(3, 0), Ratio(4, 0)), Ratio(3, 1), same);
    }

    // Steps with what the learner and its optimizer hold.
    private static void Bare(LearnerPool learners, TokenizedDataset data, int steps) => learners.RunAsync(
        learner =>
        {
            var rows = new TokenRows();
            data.Fill(rows, [.. Enumerable.Range(0, data.Count)]);
            using var optimizer = new Optimizer(AdamW, learner.Model.Backend, learner.Trainable.Length);
            for (var step = 0; step < steps; step++)
            {
                TrainBenchmark.Step(learner, optimizer, rows, learner.Model.Backend);
            }

            return true;
        },
        default).GetAwaiter().GetResult();

    private static bool Same(MessageBody[] some, MessageBody[] others) => some.Zip(others).All(
        pair => pair.First.Numbers[Update.TrainLossNumber].Equals(pair.Second.Numbers[Update.TrainLossNumber])
            && pair.First.Section(MessageBody.Parameters).Zip(pair.Second.Section(MessageBody.Parameters)).All(tensors => tensors.First.Values.AsSpan().SequenceEqual(tensors.Second.Values)));

    private static TokenizedDataset RandomRows(int client, ClientsBenchmarkOptions options, int vocabulary)
    {
        var philox = new Philox(Seed);
        return new TokenizedDataset([.. Enumerable.Range(0, options.Batch).Select(row =>
        {
            var ids = Enumerable.Range(0, options.Length).Select(t => (int)(philox.UniformDouble((ulong)((client * options.Batch) + row), (ulong)t) * vocabulary)).ToArray();
            return new TokenizedExample(ids, [.. ids.Skip(1), TokenRows.Ignore]);
        })], default);
    }

    /// <summary>A backbone on its own threads.</summary>
    private sealed class Setting : IDisposable
    {
        private readonly CpuBackend backend;
        private readonly LoraAdapter adapter;
        private readonly ParameterSet initial;
        private readonly Method method;

        public Setting(ClientsBenchmarkOptions options, int threads)
        {
            backend = new CpuBackend(threads);
            Model = ModelLoader.Build(options.Preset.ConfigJson, backend, RandomTensors.Uniform(Seed));
            adapter = new LoraAdapter(new LoraConfig(Rank: 8, Alpha: 16), Model);
            initial = new ParameterSet(adapter.Initial(Model, Seed));
            method = Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(Optimizer: AdamW, Budget: new Budget.Steps(Steps), BatchSize: options.Batch)]) };
        }

        public LanguageModel Model { get; }

        /// <summary>Groups of clients over the backbone.</summary>
        public LearnerPool Pool(int groups, int together) => new(Model, [adapter], new LanguageModelling(), groups, together: together);

        /// <summary>What a run does for every client between download and answer.</summary>
        public MessageBody[] EveryClient(LearnerPool learners, TokenizedDataset[] data, CancellationToken cancel)
        {
            var received = MessageBody.Empty.WithSection(MessageBody.Parameters, initial);
            return Task.WhenAll(data.Select((own, i) => learners.TrainAsync(
                backbone =>
                {
                    var order = new WorkOrder("bench", 0, 1, Exchange.Train.Name, $"client{i:D5}", WorkOrder.CurrentProtocol, (long)Seed, "", "", method);
                    return backbone.With(null, null, ParameterSet.Empty, model => LocalProgramRunner.Run(order, received, MessageBody.Empty, initial, model, own, cancel).Answer);
                },
                cancel))).GetAwaiter().GetResult();
        }

        public void Dispose()
        {
            Model.Dispose();
            backend.Dispose();
        }
    }
}
