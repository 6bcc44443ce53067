using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Data;

/// <summary>One owner's rows for training, validation and test: disjoint, each in ascending order.</summary>
public sealed record DataSplit(IReadOnlyList<int> Train, IReadOnlyList<int> Validation, IReadOnlyList<int> Test)
{
    /// <summary>
    /// Sets shares (0 to 1, rounded, at least one row each unless 0) aside at random; the choice depends on the owner's name and rows alone.
    /// </summary>
    /// <exception cref="InputException">The shares leave no row to train on.</exception>
    public static DataSplit Of(IReadOnlyList<int> rows, double validation, double test, string owner, PhiloxStream stream)
    {
        if (!(validation >= 0 && test >= 0 && validation + test < 1))
        {
            throw new InputException($"data.validation {validation} and data.test {test} must be shares from 0 that leave something to train on");
        }

        var (validationCount, testCount) = (CountOf(validation, rows.Count), CountOf(test, rows.Count));
        if (validationCount + testCount >= rows.Count)
        {
            throw new InputException($"{owner}: {rows.Count} rows are too few to set {validationCount} aside for validation and {testCount} for test; add rows, or lower data.validation and data.test");
        }

        int[] order = [.. rows];
        stream.Child(owner).Sequence().Shuffle<int>(order);
        return new DataSplit(
            Sorted(order.AsSpan(validationCount + testCount)),
            Sorted(order.AsSpan(0, validationCount)),
            Sorted(order.AsSpan(validationCount, testCount)));
    }

    private static int CountOf(double share, int rows) => share == 0 ? 0 : Math.Max(1, (int)Math.Round(share * rows));

    private static int[] Sorted(ReadOnlySpan<int> rows)
    {
        var sorted = rows.ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
