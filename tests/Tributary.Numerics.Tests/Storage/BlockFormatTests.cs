using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Tests.Storage;

public sealed class BlockFormatTests
{
    [Fact]
    public void Numbers_become_the_codes_of_the_nearest_levels()
    {
        var values = Nf4.Levels.ToArray().Select(level => level * 3).ToArray();
        var (codes, absmax) = (new byte[16], new float[1]);
        Nf4.Quantise(values, 64, codes, absmax);
        codes.ShouldBe(Enumerable.Range(0, 16).Select(i => (byte)i));
        absmax.ShouldBe([3f]);
        for (var i = 0; i < 15; i++)
        {
            // A threshold lies between its two levels; bitsandbytes rounds them to seven digits.
            Nf4.Thresholds[i].ShouldBe((Nf4.Levels[i] + Nf4.Levels[i + 1]) / 2, 1e-6f);
        }
    }

    [Fact]
    public void Bytes_round_to_nearest_with_ties_to_even()
    {
        var (codes, absmax) = (new sbyte[6], new float[2]);
        Int8.Quantise([127, 0.5f, 1.5f, -254, 2.9999f, -5], 3, codes, absmax);
        codes.ShouldBe(new sbyte[] { 127, 0, 2, -127, 1, -2 });
        var values = new float[6];
        Int8.Dequantise(codes, absmax, 3, values);
        values.ShouldBe([127f, 0, 2, -254, 2, -4]);
    }

    [Theory]
    [InlineData(StorageType.Int8, 1 / 127.0)]
    [InlineData(StorageType.Nf4, 0.31)]
    public void What_is_stored_lies_within_half_a_step_of_the_number(StorageType type, double step)
    {
        var values = Enumerable.Range(0, 300).Select(i => MathF.Sin(i * 7.1f) * (i % 64)).ToArray();
        var stored = values.ToArray();
        StoredValues.Round(type, stored);
        for (var i = 0; i < values.Length; i++)
        {
            var block = values.Skip(i / 64 * 64).Take(64).Max(MathF.Abs);
            Math.Abs(stored[i] - values[i]).ShouldBeLessThanOrEqualTo((float)(block * step / 2 * 1.0001));
        }

        var again = stored.ToArray();
        StoredValues.Round(type, again);
        again.ShouldBe(stored, 1e-5, "rounding twice changes nothing");
    }

    [Theory]
    [InlineData(StorageType.F32, 4096 * 4096 * 4.0)]
    [InlineData(StorageType.BF16, 4096 * 4096 * 2.0)]
    [InlineData(StorageType.Int8, 4096 * 4096 * 8.5 / 8)]
    [InlineData(StorageType.Nf4, 4096 * 4096 * 4.5 / 8)]
    public void A_weight_takes_what_its_bits_and_scales_take(StorageType type, double bytes)
    {
        StorageTypes.Bytes(type, 4096, 4096).ShouldBe((long)bytes);
        StorageTypes.Find(StorageTypes.Name(type)).ShouldBe(type);
    }

    [Fact]
    public void Names_are_those_of_experiments()
    {
        StorageTypes.Names.ShouldBe(["f32", "bf16", "int8", "nf4"]);
        StorageTypes.Find("int4").ShouldBeNull();
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Packing_keeps_every_code(int count)
    {
        byte[] codes = [.. Enumerable.Range(0, count).Select(i => (byte)(15 - (2 * i)))];
        var packed = new byte[(count + 1) / 2];
        Nf4.Pack(codes, packed);
        packed[0].ShouldBe((byte)0xFD);
        var back = new byte[count];
        Nf4.Unpack(packed, back);
        back.ShouldBe(codes);
    }

    [Fact]
    public void Lengths_that_do_not_match_are_refused()
    {
        Should.Throw<ArgumentException>(() => Nf4.Quantise(new float[65], 64, new byte[65], new float[1])).Message.ShouldContain("1 blocks");
        Should.Throw<ArgumentException>(() => Nf4.Pack(new byte[3], new byte[1]));
        Should.Throw<ArgumentOutOfRangeException>(() => Int8.Quantise([], 0, [], []));
    }
}
