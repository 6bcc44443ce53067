using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Weightings;

/// <summary>Weights by size, contribution and disparity, smoothed over rounds (see <see cref="Weighting.ContributionDisparity"/>). The server keeps weights and the spread of labels by client.</summary>
internal static class ContributionRule
{
    /// <summary>Section of the server's state: the spread of every client's labels, under its id.</summary>
    public const string Section = "labels";

    private const double Epsilon = 1e-8;

    /// <summary>The tensors of the section.</summary>
    public static TensorLayout LayoutOf(int buckets, IEnumerable<string> clients) => new(clients.Select(client => (KeyOf(client), (int[])[buckets])));

    /// <summary>The state with the labels that senders tell, and with their weights in this round.</summary>
    public static ServerState Learned(Weighting.ContributionDisparity choice, ServerState state, RoundUpdates contents)
    {
        var known = state.Body.Section(Section).MergedWith(new ParameterSet(contents.Updates.Select((update, k) => (update, Labels: contents.FindReport(k, ClientReports.LabelsKey)))
            .Where(sent => sent.Labels is not null).Select(sent => new HostTensor(KeyOf(sent.update.Client), [sent.Labels!.Length], Shares(sent.Labels)))));
        var next = state.WithSection(Section, known);
        foreach (var (update, weight) in contents.Updates.Zip(Weights(choice, next, contents)))
        {
            next = next with { Body = next.Body.WithNumber(NameOf(update.Client), weight) };
        }

        return next;
    }

    /// <summary>A sender's weight, from the state with what was learned.</summary>
    public static double WeightOf(ServerState state, string client) => state.Body.Numbers[NameOf(client)];

    /// <summary>
    /// Size to a power times what contribution and disparity make of it, as shares among the senders. <paramref name="q"/> is the share of the held-out loss that training took away,
    /// <paramref name="disparity"/> in bits.
    /// </summary>
    public static double[] Shares(Weighting.ContributionDisparity choice, IReadOnlyList<double> examples, IReadOnlyList<double> q, IReadOnlyList<double> disparity)
    {
        var (all, zq, zd) = (examples.Sum(), Standard.Scores(q, Standard.SinglePrecision), Standard.Scores(disparity));
        return Normalised([.. examples.Select((n, k) => Math.Pow(n / all, choice.Size) * Math.Exp((choice.Contribution * zq[k]) + (choice.Disparity * zd[k])))]);
    }

    /// <summary>The Jensen–Shannon divergence of two distributions, in bits.</summary>
    public static double Divergence(IReadOnlyList<double> p, IReadOnlyList<double> q)
    {
        var sum = 0.0;
        for (var i = 0; i < p.Count; i++)
        {
            var middle = (p[i] + q[i]) / 2;
            sum += Half(p[i], middle) + Half(q[i], middle);
        }

        return Math.Max(0, sum);

        static double Half(double x, double middle) => x > 0 ? 0.5 * x * Math.Log2(x / middle) : 0;
    }

    private static double[] Weights(Weighting.ContributionDisparity choice, ServerState state, RoundUpdates contents)
    {
        var updates = contents.Updates;
        var labels = state.Body.Section(Section);
        var mean = Enumerable.Range(0, labels[0].Values.Length).Select(i => labels.Average(client => (double)client.Values[i])).ToArray();
        var losses = Enumerable.Range(0, updates.Count).Select(k => contents.Report(k, ClientReports.LossesKey)).ToArray();
        var now = Shares(
            choice,
            [.. updates.Select(update => update.Examples)],
            [.. losses.Select(loss => Math.Clamp(((double)loss[1] - loss[2]) / (loss[1] + Epsilon), -1, 1))],
            [.. updates.Select(update => labels.TryGet(KeyOf(update.Client), out var own) ? Divergence([.. own.Values.Select(value => (double)value)], mean) : double.NaN)]);
        return Normalised([.. now.Select((weight, k) => state.Body.Numbers.TryGetValue(NameOf(updates[k].Client), out var last)
            ? (choice.Smoothing * last) + ((1 - choice.Smoothing) * weight)
            : weight)]);
    }

    private static double[] Normalised(double[] weights)
    {
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    // What came from outside, as a distribution.
    private static float[] Shares(float[] sent)
    {
        var positive = Array.ConvertAll(sent, value => float.IsFinite(value) ? Math.Clamp(value, 0, 1) : 0.0);
        var sum = positive.Sum();
        return Array.ConvertAll(positive, value => (float)(sum > 0 ? value / sum : 1.0 / sent.Length));
    }

    private static string NameOf(string client) => "weight/" + client;

    private static TensorKey KeyOf(string client) => new(TensorKey.MainModel, client, -1, Section, Section);
}
