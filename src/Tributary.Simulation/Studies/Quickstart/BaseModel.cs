using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>The small model that the owners share: a GPT-2 architecture trained on the spot on texts in the signs' notation, written as a Hugging Face folder.</summary>
internal static class BaseModel
{
    private const int Width = 64;
    private const int Layers = 3;
    private const int Positions = 32;
    private const int BatchSize = 48;
    private const double Rate = 3e-3;

    /// <summary>Trains the model and writes config.json, model.safetensors and tokenizer.json into the folder; returns its last loss.</summary>
    public static double Create(string folder, SkillTexts texts, ulong seed, int steps, IBackend backend, Action<int, double> progress, CancellationToken cancel)
    {
        var config = Config();
        using var model = ModelLoader.Build(config, backend, new RandomTensors(seed, 0.08));
        using var tape = new Tape(backend);
        var adapter = new FullConfig().Resolve(model)[0];
        using var learner = new Learner(model, [adapter], new LanguageModelling(), tape);
        learner.Trainable.Write(adapter.Initial(model, seed));
        var loss = Train(learner, texts, steps, backend, progress, cancel);

        AtomicFile.WriteText(Path.Combine(folder, "config.json"), config);
        AtomicFile.WriteText(Path.Combine(folder, "tokenizer.json"), Tokenizer());
        AtomicFile.WriteText(Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class":"PreTrainedTokenizerFast","clean_up_tokenization_spaces":false}""" + "\n");
        TensorFiles.Write(Path.Combine(folder, "model.safetensors"), learner.Trainable.Read());
        return loss;
    }

    private static double Train(Learner learner, SkillTexts texts, int steps, IBackend backend, Action<int, double> progress, CancellationToken cancel)
    {
        var clipping = new GradientClipping.ByNorm(1);
        var trainable = learner.Trainable;
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(Rate), backend, trainable.Length);
        var rows = new TokenRows();
        var loss = 0.0;
        for (var step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            rows.Clear();
            for (var i = 0; i < BatchSize; i++)
            {
                var (prompt, answer) = texts.Notation((step * BatchSize) + i);
                Add(rows, prompt, answer);
            }

            trainable.ZeroGradient();
            loss = learner.AddGradient(rows);
            clipping.Apply(backend, trainable.Gradient);
            optimizer.Step(trainable.Values, trainable.Gradient, RateAt(step, steps));
            progress(step + 1, loss);
        }

        return loss;
    }

    /// <summary>Appends a prompt and its answer, of which the answer and the line end are learned.</summary>
    public static void Add(TokenRows rows, string prompt, string answer)
    {
        int[] ids = [.. (prompt + answer + "\n").Select(c => SkillTexts.Characters.IndexOf(c))];
        rows.Add(ids[..^1], [.. Enumerable.Range(0, ids.Length - 1).Select(t => t + 1 < prompt.Length ? TokenRows.Ignore : ids[t + 1])]);
    }

    private static double RateAt(int step, int steps) =>
        Rate * Math.Min(1, (step + 1) / 50.0) * (0.02 + (0.49 * (1 + Math.Cos(Math.PI * step / steps))));

    private static string Config() => $$"""
        {
          "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
          "vocab_size": {{SkillTexts.Characters.Length}}, "n_positions": {{Positions}}, "n_embd": {{Width}}, "n_layer": {{Layers}}, "n_head": 4,
          "eos_token_id": 0, "tie_word_embeddings": true
        }

        """;

    private static string Tokenizer()
    {
        var vocabulary = new JsonObject(SkillTexts.Characters.Select((c, id) => KeyValuePair.Create(c.ToString(), (JsonNode?)id)));
        var root = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = null,
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "Fuse" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["fuse_unk"] = false, ["byte_fallback"] = false, ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        return JsonSerializer.Serialize<JsonNode>(root, JsonSerializerOptions.Default) + "\n";
    }
}
