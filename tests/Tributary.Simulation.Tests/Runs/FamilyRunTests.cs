using System.Globalization;
using System.Text.Json;
using Tributary.Federation.Experiments;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Runs;
using Xunit.Abstractions;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>Every family fine-tuned through a whole run on shared data, from random weights: the held-out loss falls well below that of guessing.</summary>
public sealed class FamilyRunTests(ITestOutputHelper output) : IDisposable
{
    private const string Rotary = "\"num_key_value_heads\":2,\"intermediate_size\":96,\"rms_norm_eps\":1e-5";
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string> Decoders => new()
    {
        { "LlamaForCausalLM", "\"model_type\":\"llama\",\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8.0,\"original_max_position_embeddings\":32}," + Rotary },
        { "MistralForCausalLM", "\"model_type\":\"mistral\",\"sliding_window\":16," + Rotary },
        { "Qwen2ForCausalLM", "\"model_type\":\"qwen2\",\"tie_word_embeddings\":true," + Rotary },
        { "GemmaForCausalLM", "\"model_type\":\"gemma\",\"head_dim\":16," + Rotary },
        { "GPTNeoXForCausalLM", "\"model_type\":\"gpt_neox\",\"intermediate_size\":96" },
        { "OPTForCausalLM", "\"model_type\":\"opt\",\"ffn_dim\":96" },
    };

    [SharedDataTheory]
    [MemberData(nameof(Decoders))]
    public async Task Instructions(string architecture, string family)
    {
        var (before, after) = await RunAsync(architecture, family, "data/instruction/alpaca/alpaca_tiny_with_text.json", "format: alpaca, template: plain", "full");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{architecture}: {before:F3} to {after:F3} nats per token"));
        before.ShouldBe(Math.Log(512), 0.7, "random weights guess among the 512 tokens");
        after.ShouldBeLessThan(before - 1);
    }

    [SharedDataTheory]
    [MemberData(nameof(Decoders))]
    public async Task News_by_class(string architecture, string family)
    {
        var classifier = architecture.Replace("ForCausalLM", "ForSequenceClassification", StringComparison.Ordinal);
        var (before, after) = await RunAsync(
            classifier, family + ",\"num_labels\":4", "data/classification/ag_news_csv/train.csv", "format: classification", "full", steps: 150, rate: 0.002);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{classifier}: {before:F3} to {after:F3} nats per text"));
        after.ShouldBeLessThan(Math.Min(before, Math.Log(4)));
    }

    public void Dispose() => folder.Dispose();

    private async Task<(double Before, double After)> RunAsync(string architecture, string family, string data, string format, string adaptation, int steps = 20, double rate = 1e-2)
    {
        WriteModel($$"""
            {"architectures":["{{architecture}}"],"vocab_size":512,"hidden_size":32,"num_hidden_layers":2,"num_attention_heads":4,"max_position_embeddings":64,{{family}} }
            """);
        var file = folder.Write("experiment.yaml", $$"""
            model: model
            data: { train: {{SharedData.PathOf(data)}}, {{format}}, partition: { kind: iid, clients: 2 }, validation: 0.1 }
            method: fedit
            adaptation: {{adaptation}}
            training: { rounds: 3, cohort: 2, local_steps: {{steps}}, batch_size: 8, max_length: 64, optimizer: { adamw: { lr: {{rate.ToString("F4", CultureInfo.InvariantCulture)}} } } }
            backend: { threads: 2 }
            seed: 3
            """);
        var run = folder.PathOf("run");
        using var setup = RunSetupReader.Read(ExperimentFile.Read(file, []));
        await new RunStudy(setup, new RunFolder(run), TimeProvider.System, new NoProgress()).RunAsync(default);
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "result.json")));
        return (result.RootElement.GetProperty("initial").GetProperty("loss").GetDouble(),
            result.RootElement.GetProperty("final").GetProperty("metrics").GetProperty("loss").GetDouble());
    }

    private void WriteModel(string config)
    {
        folder.Write("model/config.json", config);
        File.Copy(SharedData.PathOf("models", "stories260K-llama", "tokenizer.json"), folder.PathOf("model/tokenizer.json"));
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(config, backend, new RandomTensors(1, 0.05));
        TensorFiles.Write(folder.PathOf("model/model.safetensors"), new FullConfig().Resolve(model)[0].Initial(model, 0));
    }
}
