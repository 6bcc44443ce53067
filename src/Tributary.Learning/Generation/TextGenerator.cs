using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Learning.Generation;

/// <summary>A prompt's continuation, with the mean loss of the prompt itself (nats per token; null when it has only one, or is answered and not continued).</summary>
public sealed record GeneratedText(string Prompt, string Text, string Continuation, IReadOnlyList<int> InputIds, IReadOnlyList<int> NewIds, double? PromptLoss);

/// <summary>A model folder with its tokenizer, and an adapter if given: text in, text out.</summary>
public sealed class TextGenerator : IDisposable
{
    private readonly LanguageModel model;
    private readonly ITokenizer tokenizer;
    private readonly Tape tape;
    private readonly Learner learner;

    /// <summary>Opens the folders; base weights are kept as <paramref name="storage"/> says.</summary>
    /// <exception cref="InputException">A folder is missing or damaged, or the tokenizer has ids that the model does not know.</exception>
    public TextGenerator(string modelFolder, string? adapterFolder, IBackend backend, StorageType storage = StorageType.F32)
    {
        model = ModelLoader.Load(modelFolder, backend, storage);
        tokenizer = TokenizerLoader.Load(modelFolder);
        RequireFit(tokenizer, model, modelFolder);
        tape = new Tape(backend);
        var adapters = adapterFolder is null ? [] : AdapterFolder.ReadAll(adapterFolder, model);
        learner = new Learner(model, [.. adapters.Select(a => a.Adapter)], new LanguageModelling(), tape);
        learner.Trainable.Write(new ParameterSet(adapters.SelectMany(a => a.Values)));
    }

    /// <summary>Refuses a tokenizer with more ids than the model's embedding has rows.</summary>
    public static void RequireFit(ITokenizer tokenizer, LanguageModel model, string modelFolder)
    {
        if (tokenizer.VocabularySize > model.Shape.Vocabulary)
        {
            throw new InputException(
                $"{modelFolder}: the tokenizer has {tokenizer.VocabularySize} ids, the embedding only {model.Shape.Vocabulary} rows: they do not belong together");
        }
    }

    /// <summary>Continues the prompt (an encoder–decoder model: answers it) until an end token, the number of new tokens, or the end of the context.</summary>
    public GeneratedText Generate(string prompt, int newTokens, Sampling sampling, ulong seed, CancellationToken cancel = default)
    {
        if (!model.WritesText)
        {
            throw new InputException("this model does not say the next token, so it cannot generate text: give a causal language model");
        }

        var ids = tokenizer.Encode(prompt, addSpecialTokens: true);
        HashSet<int> stops = tokenizer.EosId is { } end ? [end] : [];
        var made = new Generator(learner).Generate(ids, newTokens, sampling.Checked(), seed, stops, cancel);
        if (model.Encoder is not null)
        {
            var answer = tokenizer.Decode([.. made], skipSpecialTokens: true);
            return new GeneratedText(prompt, answer, answer, ids, made, PromptLoss: null);
        }

        var text = tokenizer.Decode([.. ids, .. made], skipSpecialTokens: true);
        var before = tokenizer.Decode(ids, skipSpecialTokens: true);
        var continuation = text.StartsWith(before, StringComparison.Ordinal) ? text[before.Length..] : tokenizer.Decode([.. made], skipSpecialTokens: true);
        return new GeneratedText(prompt, text, continuation, ids, made, PromptLoss(ids));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        learner.Dispose();
        tape.Dispose();
        model.Dispose();
    }

    private double? PromptLoss(int[] ids)
    {
        if (ids.Length < 2)
        {
            return null;
        }

        var rows = new TokenRows();
        rows.Add(ids, [.. ids.Skip(1), TokenRows.Ignore]);
        return learner.Loss(rows);
    }
}
