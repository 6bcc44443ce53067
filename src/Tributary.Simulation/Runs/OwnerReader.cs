using Tributary.Federation.Experiments;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Data.Tokenized.Targets;
using Tributary.Learning.Models;
using Tributary.Numerics;
using Tributary.Numerics.Random;
using Tributary.Simulation.Partitioning;

namespace Tributary.Simulation.Runs;

/// <summary>From the experiment's data section to owners with tokenized rows, and to those that the server has for itself.</summary>
internal sealed class OwnerReader(Experiment experiment)
{
    private readonly PhiloxStream random = PhiloxStream.Root(experiment.Seed).Child("data");

    /// <summary>Reads the data and divides them, and tokenizes each owner's rows for the base that it holds.</summary>
    /// <param name="basesOf">Who holds which base, given the owners' ids.</param>
    /// <exception cref="InputException">Files are missing or damaged, an owner is empty, or rows do not fit the model.</exception>
    public (IReadOnlyList<OwnerData> Owners, TokenizedDataset? Public) Read(Func<IReadOnlyList<string>, Backbones> basesOf)
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
        var bases = basesOf([.. shards.Select(shard => shard.Client)]);
        var tokenizers = bases.All.DistinctBy(backbone => backbone.Folder).ToDictionary(backbone => backbone.Folder, backbone => Tokenizer(pool, backbone), StringComparer.Ordinal);
        var own = data.Public is { } paths ? tokenizers[bases.Own.Folder]([.. ReadFiles(paths).SelectMany(f => f.Examples)], "data.public") : null;
        return ([.. shards.Select((shard, i) => Owner(shard, pool, tokenizers[bases.Of(shard.Client).Folder], Dealt(validation, i, shards.Count), Dealt(test, i, shards.Count)))], own);
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

    private Func<IReadOnlyList<Example>, string, TokenizedDataset> Tokenizer(DataPool pool, Backbone backbone) => backbone.Model.Shape.Task switch
    {
        _ when experiment.Data.Cloze is { } cloze => new ClozeTokenizer(backbone.Tokenizer, cloze, backbone.Model.Shape.Task, experiment.MaxLength).Tokenize,
        HeadTask.SequenceClassification =>
            new SequenceTokenizer(backbone.Tokenizer, SequenceTargets.For(backbone.Model.Shape.Head, pool.Examples), backbone.Model.Shape.Pooled, experiment.MaxLength).Tokenize,
        HeadTask.TokenClassification => new TagTokenizer(
            backbone.Tokenizer,
            LabelSet.From(pool.Examples.OfType<TokensExample>().SelectMany(example => example.Tags), backbone.Model.Shape.Classes, backbone.Model.Shape.Head.ClassNames),
            experiment.MaxLength).Tokenize,
        HeadTask.MaskedLanguageModelling => new MaskedTokenizer(backbone.Tokenizer, Templates(pool, backbone), experiment.MaxLength).Tokenize,
        _ when backbone.Model.Shape.DecoderStartId is { } start =>
            new AnswerTokenizer(TextEncoding.Of(backbone.Tokenizer), Templates(pool, backbone), experiment.MaxLength, start).Tokenize,
        _ when pool.Examples[0] is TextExample => new BlockTokenizer(TextEncoding.Of(backbone.Tokenizer), experiment.MaxLength).Tokenize,
        _ => new SampleTokenizer(TextEncoding.Of(backbone.Tokenizer), Templates(pool, backbone), experiment.MaxLength, experiment.Data.TrainOnPrompt).Tokenize,
    };

    private SampleTemplates Templates(DataPool pool, Backbone backbone)
    {
        var templates = SampleTemplates.For(experiment.Data.Format);
        templates = experiment.Data.Template is { } prompt ? templates with { Prompt = prompt } : templates;
        return pool.Examples[0] is ConversationExample
            ? templates with { Chat = experiment.Data.ChatTemplate ?? ChatTemplateFile.Find(backbone.Folder) ?? templates.Chat }
            : templates;
    }

    private IReadOnlyList<SourceFile> ReadFiles(IReadOnlyList<string> patterns) =>
        [.. patterns.SelectMany(p => SourceFile.ReadAll(p, experiment.Data.Format, experiment.Data.Columns))];

    private static Example[] Rows(DataPool pool, IReadOnlyList<int> rows) => [.. rows.Select(r => pool.Examples[r])];

    // A held-out file of its own is dealt out row by row, so that the union of the owners' parts is the file.
    private static IReadOnlyList<Example>? Dealt(Example[]? rows, int owner, int owners) => rows is null ? null : [.. rows.Where((_, i) => i % owners == owner)];
}
