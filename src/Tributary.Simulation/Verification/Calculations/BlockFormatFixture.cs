using System.Text.Json;
using Tributary.Numerics;
using Tributary.Numerics.Storage;

namespace Tributary.Simulation.Verification.Calculations;

/// <summary>
/// Block-wise int8 and NF4: codes, block maxima, decoded numbers (1 ulp) and packed bytes of flat sequences; and, where blocks are as long as those of frozen weights, the same
/// numbers out of the backend's own layout.
/// </summary>
internal sealed class BlockFormatFixture : IFixtureKind
{
    // Closer than this to a threshold, a number may get either of its two codes.
    private const double ThresholdDoubt = 1e-6;

    /// <inheritdoc/>
    public bool Claims(string path) =>
        FixtureJson.HasKeys(path, "cases") && FixtureJson.Load(path).GetProperty("cases") is { ValueKind: JsonValueKind.Array } cases
        && cases.EnumerateArray().All(c => c.Find("blocksize") is not null && c.Find("codes") is not null && c.Find("absmax") is not null);

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        var isNf4 = root.Find("levels") is not null;
        if (isNf4)
        {
            Compare("levels", Singles(root, "levels"), Nf4.Levels.ToArray(), report);
            CheckThresholds(Singles(root, "thresholds"), report);
        }

        var index = 0;
        foreach (var one in root.GetProperty("cases").EnumerateArray())
        {
            var name = $"cases[{index++}]";
            var (x, codes, absmax, expected, blockSize) =
                (Singles(one, "x"), one.GetProperty("codes").Integers(), Singles(one, "absmax"), Singles(one, "dequantised"), one.GetProperty("blocksize").GetInt32());
            if (isNf4)
            {
                CheckNf4(name, one, x, codes, absmax, expected, blockSize, report);
            }
            else
            {
                CheckInt8(name, x, codes, absmax, expected, blockSize, report);
            }
        }
    }

    // Thresholds lie in the middle of two singles: which of them a decimal rounds to is chance, and nothing depends on it.
    private static void CheckThresholds(float[] expected, FixtureReport report)
    {
        report.Check($"there are {Nf4.Thresholds.Length} thresholds, not {expected.Length}", expected.Length == Nf4.Thresholds.Length);
        for (var i = 0; i < Math.Min(expected.Length, Nf4.Thresholds.Length); i++)
        {
            report.Compare($"thresholds[{i}]", expected[i], Nf4.Thresholds[i], ThresholdDoubt);
        }
    }

    private static void CheckNf4(string name, JsonElement one, float[] x, int[] codes, float[] absmax, float[] expected, int blockSize, FixtureReport report)
    {
        var (ours, largest) = (new byte[x.Length], new float[absmax.Length]);
        Nf4.Quantise(x, blockSize, ours, largest);
        var same = true;
        for (var i = 0; i < x.Length; i++)
        {
            var scaled = x[i] * (1 / absmax[i / blockSize]);
            var doubtful = !float.IsFinite(scaled) || Nf4.Thresholds.ToArray().Any(threshold => Math.Abs(threshold - scaled) <= ThresholdDoubt);
            report.Compare($"{name}.codes[{i}]", codes[i], ours[i], doubtful ? 1 : 0);
            same &= codes[i] == ours[i];
        }

        var given = Array.ConvertAll(codes, code => (byte)code);
        var values = new float[x.Length];
        Nf4.Dequantise(given, absmax, blockSize, values);
        Compare($"{name}.dequantised", expected, values, report);
        Compare($"{name}.absmax", absmax, largest, report);
        if (one.Find("packed_bytes_high_nibble_first") is { } packed)
        {
            var bytes = new byte[(codes.Length + 1) / 2];
            Nf4.Pack(given, bytes);
            report.Check($"{name}: packed bytes", bytes.Select(b => (int)b).SequenceEqual(packed.Integers()));
        }

        CheckFrozen(name, StorageType.Nf4, x, blockSize, same ? expected : null, report);
    }

    private static void CheckInt8(string name, float[] x, int[] codes, float[] absmax, float[] expected, int blockSize, FixtureReport report)
    {
        var (ours, largest) = (new sbyte[x.Length], new float[absmax.Length]);
        Int8.Quantise(x, blockSize, ours, largest);
        for (var i = 0; i < x.Length; i++)
        {
            report.Compare($"{name}.codes[{i}]", codes[i], ours[i], 0);
        }

        var values = new float[x.Length];
        Int8.Dequantise(Array.ConvertAll(codes, code => (sbyte)code), absmax, blockSize, values);
        Compare($"{name}.dequantised", expected, values, report);
        Compare($"{name}.absmax", absmax, largest, report);
        CheckFrozen(name, StorageType.Int8, x, blockSize, expected, report);
    }

    /// <summary>The numbers as one output's weights, packed by the backend and read again.</summary>
    private static void CheckFrozen(string name, StorageType storage, float[] x, int blockSize, float[]? expected, FixtureReport report)
    {
        if (blockSize != StorageTypes.BlockSize || expected is null)
        {
            return;
        }

        using var backend = FixtureBackend.Create();
        using var weight = backend.Freeze(x, 1, x.Length, false, storage);
        using var row = backend.Allocate(x.Length);
        backend.Gather(weight, [0], row.AsMatrix(1, x.Length));
        var read = new float[x.Length];
        backend.Read(row.AsMatrix(1, x.Length), read);
        Compare($"{name}: as a frozen weight", expected, read, report);
    }

    private static void Compare(string what, float[] expected, float[] actual, FixtureReport report)
    {
        report.Check($"{what} has {expected.Length} values, got {actual.Length}", expected.Length == actual.Length);
        for (var i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            report.Compare($"{what}[{i}]", expected[i], actual[i], MathF.BitIncrement(MathF.Abs(expected[i])) - MathF.Abs(expected[i]));
        }
    }

    private static float[] Singles(JsonElement owner, string name) => Array.ConvertAll(owner.GetProperty(name).Numbers(), value => (float)value);
}
