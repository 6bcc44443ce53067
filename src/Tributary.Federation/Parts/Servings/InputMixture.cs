using Tributary.Federation.Clients;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Servings;

/// <summary>
/// Two adapters mixed for each input: the own one has weight a(x) = most · mean cosine of x with some training samples where the own adapter places them, the general one
/// 1 − a(x), so that unfamiliar inputs lean on what all have learned (FedDPA, Yang et al. 2024). A negative mean counts as 0.
/// </summary>
public sealed class InputMixture : ILoss
{
    private readonly Serving.ByInput choice;
    private readonly IClientModel model;
    private readonly float[][] references;

    /// <summary>Draws the samples from the client's stream and places them.</summary>
    public InputMixture(Serving.ByInput choice, IClientModel model, TokenizedDataset data, PhiloxStream stream)
    {
        (this.choice, this.model) = (choice, model);
        var rows = new TokenRows();
        references = [.. stream.Child("references").Sequence().Choose(data.Count, Math.Min(choice.References, data.Count)).Select(number =>
        {
            data.Fill(rows, [number]);
            return Place(rows);
        })];
    }

    /// <inheritdoc/>
    public double Loss(TokenRows batch)
    {
        var part = new TokenRows();
        var (loss, terms) = (0.0, 0);
        for (var sequence = 0; sequence < batch.SegmentCount; sequence++)
        {
            batch.CopyTo(part, sequence, sequence + 1);
            model.Mix(Weights(part));
            var count = model.Terms(part);
            (loss, terms) = (loss + (count > 0 ? count * model.Loss(part) : 0), terms + count);
        }

        return loss / Math.Max(terms, 1);
    }

    /// <summary>The adapters' weights for a batch of one input.</summary>
    public IReadOnlyDictionary<string, double> Weights(TokenRows input)
    {
        var place = Place(input);
        var own = choice.Most * Math.Max(0, references.Average(reference => Cosine(place, reference)));
        return new SortedDictionary<string, double>(StringComparer.Ordinal) { [choice.General] = 1 - own, [choice.Own] = own };
    }

    private float[] Place(TokenRows input)
    {
        model.Mix(new Dictionary<string, double> { [choice.Own] = 1 });
        return model.Embed(input);
    }

    private static double Cosine(float[] x, float[] y)
    {
        var (dot, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            (dot, xx, yy) = (dot + ((double)x[i] * y[i]), xx + ((double)x[i] * x[i]), yy + ((double)y[i] * y[i]));
        }

        return xx > 0 && yy > 0 ? dot / Math.Sqrt(xx * yy) : 0;
    }
}
