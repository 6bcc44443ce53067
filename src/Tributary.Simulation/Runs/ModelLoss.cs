using Tributary.Federation.Clients;
using Tributary.Federation.Parts.Servings;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>Losses of given adapter values on the owners' held-out rows, each over its base, measured side by side and joined in owner order.</summary>
public sealed class ModelLoss(LearnerPools learners, RunSetup setup)
{
    private readonly IReadOnlyList<OwnerData> owners = setup.Owners;

    /// <summary>Loss on every owner's validation rows, in owner order; null for an owner without any.</summary>
    public Task<LossSum?[]> ByOwnerAsync(ParameterSet values, CancellationToken cancel) => ByOwnerAsync((_, learner) => Common(values, learner), cancel);

    /// <summary>The same where each owner uses a model of its own, asked for when its turn comes, on a learner's thread.</summary>
    public async Task<LossSum?[]> ByOwnerAsync(Func<OwnerData, Learner, OwnersModel> served, CancellationToken cancel) =>
        await Task.WhenAll(owners.Select(owner => MeasureAsync(owner, owner.Validation, served, cancel))).ConfigureAwait(false);

    /// <summary>Loss on every owner's test rows, in owner order; null for an owner without any.</summary>
    public async Task<LossSum?[]> OnTestRowsAsync(Func<OwnerData, Learner, OwnersModel> served, CancellationToken cancel) =>
        await Task.WhenAll(owners.Select(owner => MeasureAsync(owner, owner.Test, served, cancel))).ConfigureAwait(false);

    /// <summary>
    /// Loss of an owner's model on its own validation rows, null without any, and on the union of those of all owners who hold the same model, null when there are none.
    /// </summary>
    /// <remarks>The union is measured in whole batches: those of one owner's rows would be as many as there are pairs of owners, and small.</remarks>
    public Task<(LossSum? Own, LossSum? Union)> OwnAndUnionAsync(OwnerData owner, Func<ParameterSet> values, CancellationToken cancel) => learners.Measuring(owner.Id).RunAsync(
        learner =>
        {
            learner.Write(values());
            return (Measure(owner.Validation is { } rows ? [rows] : []), Measure(Everything(owner)));
            LossSum? Measure(TokenizedDataset[] sets) => sets.Length == 0 ? null : DatasetLoss.Measure(learner, sets, cancel);
        },
        cancel);

    /// <summary>Loss on the union of the validation rows, each owner's with values for the base that it is measured with; null when there are none.</summary>
    public async Task<double?> OnUnionAsync(Func<Backbone, ParameterSet> values, CancellationToken cancel) =>
        Union(await ByOwnerAsync((owner, learner) => Common(values(setup.MeasuredOn(owner.Id)), learner), cancel).ConfigureAwait(false));

    /// <summary>Loss on the union of the validation rows; null when there are none.</summary>
    public async Task<double?> OnUnionAsync(ParameterSet values, CancellationToken cancel) => Union(await ByOwnerAsync(values, cancel).ConfigureAwait(false));

    /// <summary>Share of right first choices of one model over the validation rows of all owners; null without rows, or where the objective is no choice.</summary>
    public Task<double?> AccuracyAsync(ParameterSet values, CancellationToken cancel) => AccuracyAsync((_, learner) => Common(values, learner), cancel);

    /// <summary>Share of right first choices over the validation rows of all owners, each with the model it uses; null without rows, where the objective is no choice, or where another model is used for every input.</summary>
    public async Task<double?> AccuracyAsync(Func<OwnerData, Learner, OwnersModel> served, CancellationToken cancel)
    {
        var counts = await Task.WhenAll(owners.Where(owner => owner.Validation is not null).Select(owner => learners.Measuring(owner.Id).RunAsync(
            learner =>
            {
                using var model = served(owner, learner);
                return model.Model.IsOne ? DatasetAccuracy.Measure(model.Learner, [owner.Validation!], cancel) : null;
            },
            cancel))).ConfigureAwait(false);
        var all = counts.OfType<HitCount>().Aggregate(default(HitCount), (a, b) => a + b);
        return all.Of == 0 ? null : (double)all.Right / all.Of;
    }

    /// <summary>Joins the owners' losses over all rows.</summary>
    public static double? Union(IEnumerable<LossSum?> losses)
    {
        var measured = losses.OfType<LossSum>().ToArray();
        return measured.Length == 0 ? null : measured.Aggregate((a, b) => a + b).Mean;
    }

    private TokenizedDataset[] Everything(OwnerData measured) =>
        [.. owners.Where(owner => setup.Backbones.Of(owner.Id).Folder == setup.Backbones.Of(measured.Id).Folder).Select(owner => owner.Validation).OfType<TokenizedDataset>()];

    private static OwnersModel Common(ParameterSet values, Learner learner)
    {
        learner.Write(values);
        return new OwnersModel(learner, new ServedModel(new LearnerModel(learner)));
    }

    private async Task<LossSum?> MeasureAsync(OwnerData owner, TokenizedDataset? data, Func<OwnerData, Learner, OwnersModel> served, CancellationToken cancel) =>
        data is null ? null : await learners.Measuring(owner.Id).RunAsync(
            learner =>
            {
                using var model = served(owner, learner);
                return DatasetLoss.Measure(model.Model, learner.Objective, [data], cancel);
            },
            cancel).ConfigureAwait(false);
}
