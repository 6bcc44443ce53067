using Tributary.Federation.Messages;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>The rows of B that change a module's outputs most (see <see cref="Capacity.OutputRows"/>).</summary>
internal static class OutputRows
{
    private const double Rounding = 1e-9;

    /// <summary>How many of some rows a share of them is.</summary>
    public static int CountOf(int rows, double share) => rows - (int)Math.Floor((rows * (1 - share)) + Rounding);

    /// <summary>The parts of B that are sent of these modules' factors; those that are sent whole are not named.</summary>
    public static IReadOnlyDictionary<TensorKey, TensorPart> Of(ParameterSet tensors, AdapterConfig adaptation, double share) => LoraPair.Among(tensors.Select(tensor => tensor.Key), adaptation)
        .Where(pair => CountOf(tensors[pair.B].Shape[0], share) < tensors[pair.B].Shape[0])
        .ToDictionary(pair => pair.B, pair => TensorPart.Rows(tensors[pair.B].Shape, Marks.Of(tensors[pair.B].Shape[0], Largest(Scores(tensors[pair.A], tensors[pair.B]), share))));

    /// <summary>The places of the largest scores, of equal ones the first.</summary>
    public static IEnumerable<int> Largest(IReadOnlyList<double> scores, double share) =>
        Enumerable.Range(0, scores.Count).OrderByDescending(row => scores[row]).Take(CountOf(scores.Count, share));

    // Squared norms of the rows of BA: bᵀ(AAᵀ)b.
    private static double[] Scores(HostTensor a, HostTensor b)
    {
        var (left, right) = (LoraPair.Matrix(b), LoraPair.Matrix(a));
        var turned = left.Times(right.Times(right.Transposed()));
        return [.. Enumerable.Range(0, left.Rows).Select(row => Enumerable.Range(0, left.Columns).Sum(k => turned[row, k] * left[row, k]))];
    }
}
