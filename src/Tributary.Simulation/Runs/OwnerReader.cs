using Tributary.Federation.Experiments;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Data.Tokenized.Targets;
using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;
using Tributary.Numerics.Random;
using Tributary.Simulation.Partitioning;

namespace Tributary.Simulation.Runs;

/// <summary>From the experiment's data section to owners with tokenized rows, and to those that the server has for itself.</summary>
internal sealed class OwnerReader(Experiment experiment, LanguageModel model, ITokenizer tokenizer)
{
    private readonly PhiloxStream random = PhiloxStream.Root(experiment.Seed).Child("data");

    /// <exception cref="InputException">Files are missing or damaged, an owner is empty, or rows do not fit the model.</exception>
    public (IReadOnlyList<OwnerData> Owners, TokenizedDataset? Public) Read()
    {
        var data = experiment.Data;
        if (data.Train.FirstOrDefault(t => t.StartsWith("agent:", StringComparison.Ordinal)) is { } remote)
        {
            throw new InputException($"{experiment.File}: data.train '{remote}' names an agent's data set, which only a coordinator can use; give a path for a simulation");
        }

        var pool = new DataPool(ReadFiles(data.Train));
        var shards = PartitionerFactory.Create(data.Partition).Partition(pool, random.Child("partition"));
        var validation = data.Validation.Path is { } v ? ReadFiles([v]).SelectMany(f => f.Examples).ToArray() : null;
        var test = data.Test.Path is { } t ? ReadFiles([t]).SelectMany(f => f.Examples).ToArray() : null;
        var tokenize = Tokenizer(pool);
        var own = data.Public is { } paths ? tokenize([.. ReadFiles(paths).SelectMany(f => f.Examples)], "data.public") : null;
        return ([.. shards.Select((shard, i) => Owner(shard, pool, tokenize, Dealt(validation, i, shards.Count), Dealt(test, i, shards.Count)))], own);
    }

    private OwnerData Owner(
        ClientShard shard, DataPool pool, Func<IReadOnlyList<Example>, string, TokenizedDataset> tokenize, IReadOnlyList<Example>? validation, IReadOnlyList<Example>? test)
    {
        var split = Split(shard);
        TokenizedDataset? HeldOut(IReadOnlyList<int> rows, IReadOnlyList<Example>? own, string what) =>
            own is { Count: > 0 } ? tokenize(own, $"{shard.Client} {what}") : rows.Count == 0 ? null : tokenize(Rows(pool, rows), $"{shard.Client} {what}");
        return new OwnerData(
            shard.Client, tokenize(Rows(pool, split.Train), shard.Client), HeldOut(split.Validation, validation, "validation"), HeldOut(split.Test, test, "test"));
    }

    private DataSplit Split(ClientShard shard)
    {
        try
        {
            return DataSplit.Of(shard.Examples, experiment.Data.Validation.Share, experiment.Data.Test.Share, shard.Client, random.Child("split"));
        }
        catch (InputException error)
        {
            throw new ImpossibleException(experiment.File, [error.Message]);
        }
    }

    private Func<IReadOnlyList<Example>, string, TokenizedDataset> Tokenizer(DataPool pool) => model.Shape.Task switch
    {
        _ when experiment.Data.Cloze is { } cloze => new ClozeTokenizer(tokenizer, cloze, model.Shape.Task, experiment.MaxLength).Tokenize,
        HeadTask.SequenceClassification =>
            new SequenceTokenizer(tokenizer, SequenceTargets.For(model.Shape.Head, pool.Examples), model.Shape.Pooled, experiment.MaxLength).Tokenize,
        HeadTask.TokenClassification => new TagTokenizer(
            tokenizer,
            LabelSet.From(pool.Examples.OfType<TokensExample>().SelectMany(example => example.Tags), model.Shape.Classes, model.Shape.Head.ClassNames),
            experiment.MaxLength).Tokenize,
        HeadTask.MaskedLanguageModelling => new MaskedTokenizer(tokenizer, Templates(pool), experiment.MaxLength).Tokenize,
        _ when model.Shape.DecoderStartId is { } start =>
            new AnswerTokenizer(TextEncoding.Of(tokenizer), Templates(pool), experiment.MaxLength, start).Tokenize,
        _ when pool.Examples[0] is TextExample => new BlockTokenizer(TextEncoding.Of(tokenizer), experiment.MaxLength).Tokenize,
        _ => new SampleTokenizer(TextEncoding.Of(tokenizer), Templates(pool), experiment.MaxLength, experiment.Data.TrainOnPrompt).Tokenize,
    };

    private SampleTemplates Templates(DataPool pool)
    {
        var templates = SampleTemplates.For(experiment.Data.Format);
        templates = experiment.Data.Template is { } prompt ? templates with { Prompt = prompt } : templates;
        return pool.Examples[0] is ConversationExample
            ? templates with { Chat = experiment.Data.ChatTemplate ?? ChatTemplateFile.Find(experiment.Model) ?? templates.Chat }
            : templates;
    }

    private IReadOnlyList<SourceFile> ReadFiles(IReadOnlyList<string> patterns) =>
        [.. patterns.SelectMany(p => SourceFile.ReadAll(p, experiment.Data.Format, experiment.Data.Columns))];

    private static Example[] Rows(DataPool pool, IReadOnlyList<int> rows) => [.. rows.Select(r => pool.Examples[r])];

    // A held-out file of its own is dealt out row by row, so that the union of the owners' parts is the file.
    private static IReadOnlyList<Example>? Dealt(Example[]? rows, int owner, int owners) => rows is null ? null : [.. rows.Where((_, i) => i % owners == owner)];
}
