using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Generation;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tokenizers;

namespace Tributary.Simulation.Runs;

/// <summary>Greedy continuations of a few held-out prompts, to look at before and after; none where there is no model of all.</summary>
public sealed class SampleTexts(RunSetup setup, LearnerPools learners)
{
    private const int Count = 3;
    private const int NewTokens = 48;

    /// <summary>The prompts, as text, with their ids.</summary>
    public IReadOnlyList<(string Text, int[] Ids)> Prompts { get; } = setup.Model.WritesText && setup.Backbones.AreAlike
        ? [.. setup.Owners.Where(o => o.Validation is { Count: > 0 } && setup.Backbones.Of(o.Id).Folder == setup.Backbones.Own.Folder).Take(Count).Select(o => Prompt(Uncut(o.Validation!), setup.Tokenizer))]
        : [];

    /// <summary>What the model with these values writes to each prompt.</summary>
    public Task<string[]> WriteAsync(ParameterSet values, CancellationToken cancel) => Prompts.Count == 0 ? Task.FromResult<string[]>([]) : learners.Own.RunAsync(
        learner =>
        {
            learner.Write(values);
            var generator = new Generator(learner);
            HashSet<int> stops = setup.Tokenizer.EosId is { } end ? [end] : [];
            return Prompts.Select(p => setup.Tokenizer.Decode([.. generator.Generate(p.Ids, NewTokens, Sampling.Greedy, 0, stops, cancel)], skipSpecialTokens: true)).ToArray();
        },
        cancel);

    /// <summary>The first sample that is shorter than the longest, which has probably lost its beginning; the first one where all are as long.</summary>
    internal static TokenizedExample Uncut(TokenizedDataset data)
    {
        static int Length(TokenizedExample example) => example.Answered?.Length ?? example.Ids.Length;
        var longest = data.Examples.Max(Length);
        return data.Examples.FirstOrDefault(example => Length(example) < longest) ?? data.Examples[0];
    }

    // What is answered, or comes before the first learned token or a cloze's gap; half of a text that is learned from its beginning.
    private static (string Text, int[] Ids) Prompt(TokenizedExample example, ITokenizer tokenizer)
    {
        if (example.Answered is { } answered)
        {
            return (tokenizer.Decode(answered, skipSpecialTokens: true), answered);
        }

        var first = Array.FindIndex(example.Labels, label => label >= 0) + 1;
        var length = first > 2 ? first : example.Class >= 0 ? example.Ids.Length : Math.Max(1, example.Ids.Length / 2);
        var ids = example.Ids[..length];
        return (tokenizer.Decode(ids, skipSpecialTokens: true), ids);
    }
}
