using Tributary.Numerics.Random;

namespace Tributary.Simulation.Partitioning;

/// <summary>Spherical k-means (Dhillon and Modha 2001) with k-means++ seeding (Arthur and Vassilvitskii 2007): clusters of unit vectors by their angle; none stays empty. The best of several starts.</summary>
internal static class KMeans
{
    private const int MaxIterations = 25;
    private const int Starts = 4;

    /// <summary>The cluster of each vector, 0 … <paramref name="clusters"/> − 1; there are at least as many vectors as clusters.</summary>
    public static int[] Assign(SparseVector[] vectors, int dimensions, int clusters, PhiloxSequence sequence)
    {
        var best = Run(vectors, dimensions, clusters, sequence);
        for (var start = 1; start < Starts; start++)
        {
            var other = Run(vectors, dimensions, clusters, sequence);
            best = other.Fit > best.Fit ? other : best;
        }

        return best.Assigned;
    }

    private static (int[] Assigned, double Fit) Run(SparseVector[] vectors, int dimensions, int clusters, PhiloxSequence sequence)
    {
        var centres = Seed(vectors, dimensions, clusters, sequence);
        var assigned = new int[vectors.Length];
        var similarity = new double[vectors.Length];
        Array.Fill(assigned, -1);
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            var changed = Nearest(vectors, centres, assigned, similarity);
            FillEmpty(assigned, similarity, clusters);
            if (!changed)
            {
                break;
            }

            Recentre(vectors, assigned, centres);
        }

        return (assigned, similarity.Sum());
    }

    private static double[][] Seed(SparseVector[] vectors, int dimensions, int clusters, PhiloxSequence sequence)
    {
        var centres = new double[clusters][];
        var distance = new double[vectors.Length];
        Array.Fill(distance, 1);
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            // Without any distance left (equal rows) every row is as good as another.
            var chosen = Array.Exists(distance, value => value > 0) ? sequence.Categorical(distance) : sequence.Index(vectors.Length);
            centres[cluster] = new double[dimensions];
            vectors[chosen].AddTo(centres[cluster]);
            for (var i = 0; i < vectors.Length; i++)
            {
                distance[i] = Math.Min(distance[i], Math.Max(0, 1 - vectors[i].Dot(centres[cluster])));
            }

            distance[chosen] = 0;
        }

        return centres;
    }

    private static bool Nearest(SparseVector[] vectors, double[][] centres, int[] assigned, double[] similarity)
    {
        var changed = false;
        for (var i = 0; i < vectors.Length; i++)
        {
            var best = 0;
            var bestSimilarity = double.NegativeInfinity;
            for (var cluster = 0; cluster < centres.Length; cluster++)
            {
                var found = vectors[i].Dot(centres[cluster]);
                if (found > bestSimilarity)
                {
                    (best, bestSimilarity) = (cluster, found);
                }
            }

            changed |= assigned[i] != best;
            assigned[i] = best;
            similarity[i] = bestSimilarity;
        }

        return changed;
    }

    /// <summary>Gives each empty cluster the vector that fits worst among clusters with more than one.</summary>
    private static void FillEmpty(int[] assigned, double[] similarity, int clusters)
    {
        var sizes = new int[clusters];
        foreach (var cluster in assigned)
        {
            sizes[cluster]++;
        }

        for (var empty = 0; empty < clusters; empty++)
        {
            if (sizes[empty] > 0)
            {
                continue;
            }

            var worst = -1;
            for (var i = 0; i < assigned.Length; i++)
            {
                if (sizes[assigned[i]] > 1 && (worst < 0 || similarity[i] < similarity[worst]))
                {
                    worst = i;
                }
            }

            sizes[assigned[worst]]--;
            sizes[empty] = 1;
            assigned[worst] = empty;
            similarity[worst] = 1;
        }
    }

    private static void Recentre(SparseVector[] vectors, int[] assigned, double[][] centres)
    {
        foreach (var centre in centres)
        {
            Array.Clear(centre);
        }

        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i].AddTo(centres[assigned[i]]);
        }

        foreach (var centre in centres)
        {
            var length = Math.Sqrt(centre.Sum(value => value * value));
            for (var d = 0; length > 0 && d < centre.Length; d++)
            {
                centre[d] /= length;
            }
        }
    }
}
