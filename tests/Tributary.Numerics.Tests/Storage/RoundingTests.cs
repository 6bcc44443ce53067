using System.Globalization;
using System.Text.Json;
using Tributary.Numerics.Random;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Tests.Storage;

public sealed class RoundingTests
{
    [SharedDataFact]
    public void Singles_round_as_the_reference_does_one_by_one_and_as_spans()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "quant", "rounding.json")));
        var cases = document.RootElement.GetProperty("fp32_to_half").EnumerateArray().ToArray();
        cases.Length.ShouldBe(340);
        var singles = cases.Select(c => BitConverter.UInt32BitsToSingle(Bits(c, "fp32"))).ToArray();
        var (brain, half) = (new ushort[cases.Length], new ushort[cases.Length]);
        BFloat16.FromSingle(singles, brain);
        Float16.FromSingle(singles, half);
        for (var i = 0; i < cases.Length; i++)
        {
            Check(BFloat16.FromSingle(singles[i]), cases[i], "bf16", bits => float.IsNaN(BFloat16.ToSingle(bits)));
            Check(brain[i], cases[i], "bf16", bits => float.IsNaN(BFloat16.ToSingle(bits)));
            Check(Float16.FromSingle(singles[i]), cases[i], "fp16", bits => float.IsNaN(Float16.ToSingle(bits)));
            Check(half[i], cases[i], "fp16", bits => float.IsNaN(Float16.ToSingle(bits)));
        }
    }

    [SharedDataFact]
    public void Halves_widen_exactly()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "quant", "rounding.json")));
        foreach (var pair in document.RootElement.GetProperty("fp16_to_fp32").EnumerateArray())
        {
            var wide = Float16.ToSingle((ushort)Bits(pair, "fp16"));
            if (pair.GetProperty("fp32").GetString() == "nan")
            {
                wide.ShouldBe(float.NaN);
            }
            else
            {
                BitConverter.SingleToUInt32Bits(wide).ShouldBe(Bits(pair, "fp32"));
            }
        }
    }

    [Fact]
    public void Every_bit_pattern_that_is_a_number_survives_widening_and_rounding()
    {
        var patterns = Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray();
        var (wide, back) = (new float[65536], new ushort[65536]);
        BFloat16.ToSingle(patterns, wide);
        BFloat16.FromSingle(wide, back);
        Compare(BFloat16.ToSingle);
        Float16.ToSingle(patterns, wide);
        Float16.FromSingle(wide, back);
        Compare(Float16.ToSingle);

        void Compare(Func<ushort, float> widen)
        {
            for (var i = 0; i < patterns.Length; i++)
            {
                wide[i].ShouldBe(widen(patterns[i]));
                (float.IsNaN(wide[i]) ? float.IsNaN(widen(back[i])) : back[i] == patterns[i]).ShouldBeTrue($"pattern {i:x4}");
            }
        }
    }

    [Fact]
    public void Spans_round_like_single_numbers_whatever_the_length()
    {
        var words = new Philox(3);
        for (var length = 0; length < 70; length++)
        {
            var singles = Enumerable.Range(0, length).Select(i => BitConverter.UInt32BitsToSingle(words.Block(0, (ulong)i).Word0)).ToArray();
            var rounded = new ushort[length];
            BFloat16.FromSingle(singles, rounded);
            rounded.ShouldBe(singles.Select(BFloat16.FromSingle).ToArray());
        }
    }

    [Fact]
    public void Spans_of_different_lengths_are_refused() =>
        Should.Throw<ArgumentException>(() => Float16.FromSingle(new float[3], new ushort[2])).Message.ShouldContain("3 elements");

    private static uint Bits(JsonElement owner, string name) => uint.Parse(owner.GetProperty(name).GetString()!, NumberStyles.HexNumber);

    private static void Check(ushort bits, JsonElement expected, string name, Func<ushort, bool> isNaN)
    {
        if (expected.GetProperty(name).GetString() == "nan")
        {
            isNaN(bits).ShouldBeTrue();
        }
        else
        {
            ((uint)bits).ShouldBe(Bits(expected, name));
        }
    }
}
