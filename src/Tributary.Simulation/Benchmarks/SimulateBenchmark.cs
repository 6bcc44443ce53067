using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Benchmarks;

/// <summary>Memory of one process that simulated a round.</summary>
/// <param name="Clients">Clients of the round.</param>
/// <param name="PeakRssBytes">Largest resident set of the process.</param>
/// <param name="AdapterBytes">One adapter.</param>
/// <param name="MomentBytes">One client's AdamW moments.</param>
public sealed record SimulateMeasurement(int Clients, long PeakRssBytes, long AdapterBytes, long MomentBytes);

/// <summary>What many simulated clients cost over one. Allowed is (clients − 1) · 1.1 · (adapter + moments) + 20 MB.</summary>
public sealed record SimulateBenchmarkResult(int Clients, long RssOne, long RssMany, long Difference, long Allowed, long AdapterBytes, long MomentBytes)
{
    private const long Slack = 20_000_000;

    /// <summary>Compares a process with one client to a process with many.</summary>
    public static SimulateBenchmarkResult Of(SimulateMeasurement one, SimulateMeasurement many)
    {
        var allowed = (long)((many.Clients - one.Clients) * 1.1 * (many.AdapterBytes + many.MomentBytes)) + Slack;
        return new(many.Clients, one.PeakRssBytes, many.PeakRssBytes, many.PeakRssBytes - one.PeakRssBytes, allowed, many.AdapterBytes, many.MomentBytes);
    }
}

/// <summary>One FedIT round of many clients over a small random LLaMA: LoRA r = 8, AdamW, a few rows of random tokens each. Measures the process it runs in.</summary>
public static class SimulateBenchmark
{
    private const ulong Seed = 1;
    private const int Rows = 8;
    private const int Length = 64;
    private const string ConfigJson = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":4096,"max_position_embeddings":128,"hidden_size":256,"num_hidden_layers":6,
        "num_attention_heads":8,"num_key_value_heads":4,"intermediate_size":688,"tie_word_embeddings":true}
        """;

    /// <summary>Runs the round in <paramref name="folder"/> and reads the peak of this process, which should do nothing else.</summary>
    public static async Task<SimulateMeasurement> MeasureAsync(int clients, int threads, string folder, TimeProvider time, CancellationToken cancel)
    {
        var parallel = Math.Min(threads == 0 ? Environment.ProcessorCount : threads, clients);
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(ConfigJson, backend, new RandomTensors(Seed));
        var adapter = new LoraAdapter(new LoraConfig(Rank: 8, Alpha: 16), model);
        var initial = new ParameterSet(adapter.Initial(model, Seed));
        var layout = TensorLayout.Of(initial);
        var optimizer = new OptimizerSpec.AdamW(1e-3);
        var method = Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(Optimizer: optimizer, Budget: new Budget.Steps(2), BatchSize: 4)]) };
        var data = Enumerable.Range(0, clients).ToDictionary(client => $"client{client:D5}", client => RandomRows(client, model.Shape.Vocabulary), StringComparer.Ordinal);
        var plan = new RunPlan("bench-simulate", "", method, 1, [.. data.Keys], layout, (long)Seed);

        using var learners = new LearnerPool(model, [adapter], new LanguageModelling(), parallel);
        using var store = new FolderRunStore(Path.Combine(folder, "server"), MessageSchemas.Server(layout, method));
        var states = new ClientStateStore(Path.Combine(folder, "clients"), MessageSchemas.Client(layout, method));
        var worker = new ClientWorker(states, layout, initial);
        using var pool = new SimulationPool(data.ToDictionary(one => one.Key, one => new SimulatedClient(worker, states, learners, one.Value), StringComparer.Ordinal));
        await new RoundLoop(plan, store, pool, new Unobserved(), time).RunAsync(initial, cancel).ConfigureAwait(false);

        using var moments = new Optimizer(optimizer, backend, (int)initial.Elements);
        return new SimulateMeasurement(clients, Memory.PeakRssBytes(), initial.Elements * sizeof(float), moments.StateBytes);
    }

    private static TokenizedDataset RandomRows(int client, int vocabulary)
    {
        var philox = new Philox(Seed);
        var examples = Enumerable.Range(0, Rows).Select(row =>
        {
            var ids = Enumerable.Range(0, Length).Select(t => (int)(philox.UniformDouble((ulong)((client * Rows) + row), (ulong)t) * vocabulary)).ToArray();
            return new TokenizedExample(ids, [.. ids.Skip(1), TokenRows.Ignore]);
        });
        return new TokenizedDataset([.. examples], default);
    }

    private sealed class Unobserved : IRunObserver
    {
        public void OnRound(RoundReport report)
        {
        }
    }
}
