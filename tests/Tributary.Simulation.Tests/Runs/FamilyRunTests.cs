using System.Globalization;
using System.Text.Json;
using Tributary.Federation.Experiments;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Generation;
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
    private const string Gemma = "\"model_type\":\"gemma\",\"head_dim\":16," + Rotary;
    private const string GptNeox = "\"model_type\":\"gpt_neox\",\"intermediate_size\":96";
    private const string Opt = "\"model_type\":\"opt\",\"ffn_dim\":96";
    private readonly TemporaryFolder folder = new();

    [SharedDataTheory]
    [InlineData("LlamaForCausalLM", "\"model_type\":\"llama\",\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8.0,\"original_max_position_embeddings\":32}," + Rotary)]
    [InlineData("MistralForCausalLM", "\"model_type\":\"mistral\",\"sliding_window\":16," + Rotary)]
    [InlineData("Qwen2ForCausalLM", "\"model_type\":\"qwen2\",\"tie_word_embeddings\":true," + Rotary)]
    [InlineData("GemmaForCausalLM", Gemma)]
    [InlineData("GPTNeoXForCausalLM", GptNeox)]
    [InlineData("OPTForCausalLM", Opt)]
    public async Task Instructions(string architecture, string family)
    {
        WriteDecoder(architecture, family);
        var (before, after) = await RunAsync("data/instruction/alpaca/alpaca_tiny_with_text.json", "format: alpaca, template: plain", "full");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{architecture}: {before:F3} to {after:F3} nats per token"));
        before.ShouldBe(Math.Log(512), 0.7, "random weights guess among the 512 tokens");
        after.ShouldBeLessThan(before - 1);
    }

    /// <summary>Version 1.0 with T5's own vocabulary, and 1.1 with a small one.</summary>
    [SharedDataTheory]
    [InlineData("\"feed_forward_proj\":\"relu\"", 32128, "tokenizers/t5/spiece.model")]
    [InlineData("\"feed_forward_proj\":\"gated-gelu\",\"tie_word_embeddings\":false", 512, "stories260K-llama/tokenizer.json")]
    public async Task Answers(string version, int vocabulary, string tokenizer)
    {
        const string Data = "data/instruction/alpaca/alpaca_tiny_with_text.json";
        WriteModel(
            $$"""
            {"model_type":"t5","architectures":["T5ForConditionalGeneration"],"vocab_size":{{vocabulary}},"d_model":32,"d_kv":8,"d_ff":96,"num_layers":2,"num_heads":4,"decoder_start_token_id":0,{{version}} }
            """,
            tokenizer);
        var (before, after) = await RunAsync(Data, "format: alpaca, template: plain", "full");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"T5 {version}: {before:F3} to {after:F3} nats per token"));
        before.ShouldBe(Math.Log(vocabulary), 0.7, "random weights guess among all tokens");
        after.ShouldBeLessThan(before - 1);

        using var backend = new CpuBackend(1);
        using var generator = new TextGenerator(folder.PathOf("model"), folder.PathOf("run/adapter"), backend);
        var answer = generator.Generate("Name three colours.", 8, Sampling.Greedy, 0);
        answer.NewIds.ShouldNotBeEmpty();
        answer.Text.ShouldBe(answer.Continuation);
    }

    /// <summary>One family of each decoder.</summary>
    [SharedDataTheory]
    [InlineData("GemmaForSequenceClassification", Gemma)]
    [InlineData("GPTNeoXForSequenceClassification", GptNeox)]
    [InlineData("OPTForSequenceClassification", Opt)]
    public async Task News_by_class(string architecture, string family)
    {
        WriteDecoder(architecture, family + ",\"num_labels\":4");
        var (before, after) = await RunAsync("data/classification/ag_news_csv/train.csv", "format: classification", "full", steps: 150, rate: 2e-3);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{architecture}: {before:F3} to {after:F3} nats per text"));
        after.ShouldBeLessThan(Math.Log(4) - 0.1);
    }

    /// <summary>The same as words that follow the text.</summary>
    [SharedDataFact]
    public async Task News_by_words_at_a_cloze()
    {
        WriteDecoder("OPTForCausalLM", Opt);
        const string Words = "format: classification, cloze: { pattern: '{text} Topic: {mask}', words: { 1: World, 2: Sports, 3: Business, 4: Tech } }";
        var (before, after) = await RunAsync("data/classification/ag_news_csv/train.csv", Words, "full", steps: 150, rate: 2e-3);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"words: {before:F3} to {after:F3} nats per text"));
        before.ShouldBe(Math.Log(4), 0.3, "random weights guess among the four words, not among all tokens");
        after.ShouldBeLessThan(Math.Log(4) - 0.1);
        using var result = JsonDocument.Parse(File.ReadAllText(folder.PathOf("run/result.json")));
        result.RootElement.GetProperty("final").GetProperty("metrics").GetProperty("accuracy").GetDouble().ShouldBeGreaterThan(0.3);
    }

    public void Dispose() => folder.Dispose();

    private void WriteDecoder(string architecture, string family) => WriteModel(
        $$"""
        {"architectures":["{{architecture}}"],"vocab_size":512,"hidden_size":32,"num_hidden_layers":2,"num_attention_heads":4,"max_position_embeddings":64,{{family}} }
        """,
        "stories260K-llama/tokenizer.json");

    private async Task<(double Before, double After)> RunAsync(string data, string format, string adaptation, int steps = 20, double rate = 1e-2)
    {
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

    private void WriteModel(string config, string tokenizer)
    {
        folder.Write("model/config.json", config);
        File.Copy(SharedData.PathOf("models", tokenizer), folder.PathOf(Path.Combine("model", Path.GetFileName(tokenizer))));
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(config, backend, new RandomTensors(1, 0.05));
        TensorFiles.Write(folder.PathOf("model/model.safetensors"), new FullConfig().Resolve(model)[0].Initial(model, 0));
    }
}
