namespace Tributary.Numerics.Cpu.Updates;

/// <summary>How a long sum is cut: at most <see cref="Most"/> ranges, whose number depends on the length alone, joined in their order.</summary>
internal static class PartialSums
{
    /// <summary>The most partial sums, so that they fit on the stack.</summary>
    public const int Most = 256;

    private const int Smallest = 8192;

    /// <summary>How many ranges <paramref name="rows"/> × <paramref name="columns"/> elements are cut into, by rows or, for a single row, by columns.</summary>
    public static int Count(int rows, int columns) => (int)Math.Clamp((long)rows * columns / Smallest, 1, Math.Clamp(rows == 1 ? columns : rows, 1, Most));
}
