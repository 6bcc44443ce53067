using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Learning.Safetensors;
using Tributary.Numerics.Storage;

namespace Tributary.Simulation.Verification.Calculations;

/// <summary>Conversions between single and half precision, bit by bit: of values in memory, and of tensors in files.</summary>
internal sealed class RoundingFixture : IFixtureKind
{
    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(path, "fp32_to_half", "fp16_to_fp32");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        var narrowing = root.GetProperty("fp32_to_half").EnumerateArray().ToArray();
        var singles = narrowing.Select(e => BitConverter.UInt32BitsToSingle(Bits(e, "fp32"))).ToArray();
        CompareNarrowed("bf16", narrowing, Narrow(singles, DTypes.BF16), report);
        CompareNarrowed("fp16", narrowing, Narrow(singles, DTypes.F16), report);
        CompareNarrowed("bf16", narrowing, Array.ConvertAll(singles, BFloat16.FromSingle), report);
        CompareNarrowed("fp16", narrowing, Array.ConvertAll(singles, Float16.FromSingle), report);

        var widening = root.GetProperty("fp16_to_fp32").EnumerateArray().ToArray();
        var widened = Widen([.. widening.Select(e => (ushort)Bits(e, "fp16"))]);
        for (var i = 0; i < widening.Length; i++)
        {
            var expected = widening[i].GetProperty("fp32").GetString()!;
            report.Check($"fp16 {widening[i].GetProperty("fp16")} is fp32 {expected}", Agrees(expected, BitConverter.SingleToUInt32Bits(widened[i]), float.IsNaN(widened[i])));
        }
    }

    private static void CompareNarrowed(string type, JsonElement[] entries, ushort[] actual, FixtureReport report)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            var expected = entries[i].GetProperty(type).GetString()!;
            var infinity = type == "bf16" ? 0x7f80 : 0x7c00;
            report.Check($"fp32 {entries[i].GetProperty("fp32")} is {type} {expected}, got {actual[i]:x4}", Agrees(expected, actual[i], (actual[i] & 0x7fff) > infinity));
        }
    }

    private static bool Agrees(string expected, uint bits, bool isNaN) =>
        expected == "nan" ? isNaN : bits == uint.Parse(expected, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static uint Bits(JsonElement entry, string key) =>
        uint.Parse(entry.GetProperty(key).GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static ushort[] Narrow(float[] values, string dtype)
    {
        using var stream = new MemoryStream();
        new SafetensorsWriter().Add("values", [values.Length], values, dtype).WriteTo(stream);
        var bytes = stream.ToArray().AsSpan(^(2 * values.Length)..);
        var halves = new ushort[values.Length];
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
        }

        return halves;
    }

    // The writer takes numbers, not bit patterns: a file of exactly these bits is put together here.
    private static float[] Widen(ushort[] halves)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-verify-");
        try
        {
            var path = Path.Combine(folder.FullName, "halves.safetensors");
            File.WriteAllBytes(path, FileOf(halves));
            using var file = SafetensorsFile.Open(path);
            return file.ReadFloats("values");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] FileOf(ushort[] halves)
    {
        var size = 2 * halves.Length;
        var shape = halves.Length.ToString(CultureInfo.InvariantCulture);
        var end = size.ToString(CultureInfo.InvariantCulture);
        var header = Encoding.UTF8.GetBytes("{\"values\":{\"dtype\":\"F16\",\"shape\":[" + shape + "],\"data_offsets\":[0," + end + "]}}");
        var bytes = new byte[8 + header.Length + size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        for (var i = 0; i < halves.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8 + header.Length + (2 * i)), halves[i]);
        }

        return bytes;
    }
}
