namespace Tributary.Federation.Parts.Clusters;

/// <summary>
/// A mixture of Gaussians with one variance for all components and directions, fitted by expectation maximisation (Dempster, Laird and Rubin 1977). One variance keeps a component
/// from closing in on a single point, of which there are few here.
/// </summary>
internal static class GaussianMixture
{
    private const int MostSteps = 200;
    private const double Converged = 1e-10;
    private const double LeastVariance = 1e-6; // of all points' variance

    /// <summary>How likely each point comes from each component: sums to one for every point.</summary>
    /// <param name="points">At least one, of at least one coordinate.</param>
    /// <param name="start">What it begins from: shares of every point in the components.</param>
    public static double[][] Posteriors(double[][] points, double[][] start)
    {
        var shares = start;
        var least = LeastVariance * Variance(points, [Mean(points, [.. points.Select(_ => 1.0)])], [.. points.Select(_ => new[] { 1.0 })]);
        for (var (step, change) = (0, double.MaxValue); step < MostSteps && change > Converged; step++)
        {
            var components = Enumerable.Range(0, start[0].Length).ToArray();
            var centres = components.Select(c => Mean(points, [.. shares.Select(own => own[c])])).ToArray();
            var variance = Math.Max(Variance(points, centres, shares), least);
            var sizes = components.Select(c => shares.Sum(own => own[c])).ToArray();
            var next = points.Select(point => Softmax([.. components.Select(c => Math.Log(sizes[c]) - (SquaredDistance(point, centres[c]) / (2 * variance)))])).ToArray();
            change = next.Zip(shares, (now, then) => now.Zip(then, (x, y) => Math.Abs(x - y)).Max()).Max();
            shares = next;
        }

        return shares;
    }

    /// <summary>Every point with the nearest of some that lie far from each other: first the one farthest from the mean, then always the farthest from those chosen.</summary>
    public static double[][] Apart(double[][] points, int components)
    {
        var mean = Mean(points, [.. points.Select(_ => 1.0)]);
        var chosen = new List<double[]> { points.MaxBy(point => SquaredDistance(point, mean))! };
        while (chosen.Count < components)
        {
            chosen.Add(points.MaxBy(point => chosen.Min(other => SquaredDistance(point, other)))!);
        }

        return [.. points.Select(point =>
        {
            var nearest = Enumerable.Range(0, components).MinBy(c => SquaredDistance(point, chosen[c]));
            return Enumerable.Range(0, components).Select(c => c == nearest ? 1.0 : 0).ToArray();
        })];
    }

    // Zeros for a component without points: its size of zero keeps it from getting any.
    private static double[] Mean(double[][] points, double[] weights)
    {
        var (mean, all) = (new double[points[0].Length], weights.Sum());
        for (var k = 0; k < points.Length && all > 0; k++)
        {
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += weights[k] / all * points[k][i];
            }
        }

        return mean;
    }

    private static double Variance(double[][] points, double[][] centres, double[][] shares) =>
        points.Zip(shares, (point, own) => centres.Zip(own, (centre, share) => share * SquaredDistance(point, centre)).Sum()).Sum() / (points.Length * points[0].Length);

    private static double SquaredDistance(double[] x, double[] y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum();

    private static double[] Softmax(double[] scores)
    {
        var largest = scores.Max();
        var weights = Array.ConvertAll(scores, score => Math.Exp(score - largest));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}
