using System.Text.Json;
using Tributary.Federation.Experiments;
using Tributary.Federation.Messages;
using Tributary.Federation.Results;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>
/// What owners reach without a federation, once for a data set and a seed: each alone, and one model on all data, with the budget of the experiment. Every trained model and
/// the result are stored whole, so that it is never done twice.
/// </summary>
internal sealed class BaselineStudy(RunSetup setup, string experiment, string folder, TimeProvider time)
{
    private string Path => System.IO.Path.Combine(folder, "baselines.json");

    /// <summary>Whether the result is stored.</summary>
    public bool IsWhole => File.Exists(Path);

    /// <summary>Trains and measures what is not stored yet.</summary>
    /// <exception cref="InputException">The folder holds baselines of other data or settings.</exception>
    public async Task<BaselineResult> RunAsync(CancellationToken cancel)
    {
        if (IsWhole)
        {
            return Read();
        }

        var started = time.GetTimestamp();
        Directory.CreateDirectory(folder);
        using var memory = new MemoryWatch(time);
        using var learners = new LearnerPools(setup, System.IO.Path.Combine(folder, "activations"));
        var initial = new ParameterSet(setup.Adapters.SelectMany(adapter => adapter.Initial(setup.Model, (ulong)setup.Seed)));
        var files = new BaselineFiles(folder, _ => MessageSchema.Parameters(TensorLayout.Of(initial)));
        var training = new Baselines(setup, learners, _ => initial, files);

        // All, also when one fails: nothing may still train when the learners are freed.
        await Task.WhenAll([
            training.TrainPooledAsync(cancel),
            .. setup.Owners.Select(owner => training.TrainAloneAsync(owner, cancel)),
        ]).ConfigureAwait(false);

        var measures = new ModelLoss(learners, setup);
        var alone = await Task.WhenAll(setup.Owners.Select(owner => AloneAsync(measures, files, owner, cancel))).ConfigureAwait(false);
        var result = new BaselineResult(
            setup.ConfigHash,
            setup.Inputs.Data,
            await OnUnionAsync(measures, initial, cancel).ConfigureAwait(false),
            Mean([.. alone.Select(one => one.Union)]),
            Fairness.Of([.. alone.Select(one => one.Own)]),
            await OnUnionAsync(measures, files.Read(BaselineFiles.Pooled), cancel).ConfigureAwait(false),
            time.GetElapsedTime(started).TotalSeconds,
            memory.PeakBytes());
        AtomicFile.Write(Path, stream => JsonSerializer.Serialize(stream, result, ResultsJson.Default.BaselineResult));
        return result;
    }

    private BaselineResult Read()
    {
        try
        {
            var stored = JsonSerializer.Deserialize(File.ReadAllText(Path), ResultsJson.Default.BaselineResult);
            return stored is not null && (stored.ConfigHash, stored.DataHash) == (setup.ConfigHash, setup.Inputs.Data)
                ? stored
                : throw new InputException($"{folder} holds the baselines of other data or settings; choose another folder with --out, or delete it");
        }
        catch (JsonException error)
        {
            throw new InputException($"{Path}: broken JSON at line {error.LineNumber + 1}; delete that file, and it is made again", error);
        }
    }

    private async Task<Metrics> OnUnionAsync(ModelLoss measures, ParameterSet values, CancellationToken cancel)
    {
        var loss = await measures.OnUnionAsync(values, cancel).ConfigureAwait(false)
            ?? throw new ImpossibleException(experiment, ["methods are compared on validation rows; set data.validation"]);
        return WithAccuracy(Metrics.OfLoss(loss), await measures.AccuracyAsync(values, cancel).ConfigureAwait(false));
    }

    private static async Task<(double Own, Metrics Union)> AloneAsync(ModelLoss measures, BaselineFiles files, OwnerData owner, CancellationToken cancel)
    {
        var values = files.Read(BaselineFiles.Alone(owner.Id));
        var (own, union) = await measures.OwnAndUnionAsync(owner, () => values, cancel).ConfigureAwait(false);
        var all = union?.Mean ?? double.NaN;
        return (own?.Mean ?? all, WithAccuracy(Metrics.OfLoss(all), await measures.AccuracyAsync(values, cancel).ConfigureAwait(false)));
    }

    private static Metrics Mean(IReadOnlyList<Metrics> all) => new(all[0].Names.Select(name => KeyValuePair.Create(name, all.Average(metrics => metrics.Find(name) ?? double.NaN))));

    private static Metrics WithAccuracy(Metrics metrics, double? accuracy) => accuracy is { } share ? metrics.With(Metrics.AccuracyName, share) : metrics;
}
