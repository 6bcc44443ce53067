using FsCheck;
using FsCheck.Fluent;
using Tributary.Learning.Safetensors;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Safetensors;

public sealed class SafetensorsRoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_type_survives_writing_and_reading()
    {
        Prop.ForAll<float[], double[], (long[] Integers, byte[] Bytes)>((floats, doubles, pair) =>
        {
            var (integers, bytes) = pair;
            var path = _folder.PathOf("all.safetensors");
            var halves = Array.ConvertAll(floats, value => (float)(Half)value);
            var brains = Array.ConvertAll(floats, Truncate);
            var writer = new SafetensorsWriter()
                .Add("layer.0.f32", [floats.Length], floats)
                .Add("f16", [1, halves.Length], halves, DTypes.F16)
                .Add("bf16", [brains.Length, 1], brains, DTypes.BF16)
                .Add("wide", [floats.Length], floats, DTypes.F64)
                .Add("f64", [doubles.Length], doubles)
                .Add("i64", [integers.Length], integers)
                .Add("u8", [bytes.Length], bytes)
                .WithMetadata("format", "pt");
            writer.Save(path);

            using var file = SafetensorsFile.Open(path);
            new FileInfo(path).Length.ShouldBe(writer.Length);
            file.Entries.Sum(entry => entry.ByteLength).ShouldBe(writer.ValueBytes);
            file.ReadFloats("layer.0.f32").ShouldBe(floats);
            file.ReadFloats("f16").ShouldBe(halves);
            file.ReadFloats("bf16").ShouldBe(brains);
            file.ReadFloats("wide").ShouldBe(floats);
            file.ReadDoubles("f64").ShouldBe(doubles);
            file.ReadIntegers("i64").ShouldBe(integers);
            file.ReadBytes("u8").ShouldBe(bytes);
            file.Metadata["format"].ShouldBe("pt");
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Header_is_padded_and_tensors_keep_the_given_order()
    {
        var bytes = Written(new SafetensorsWriter().Add("z", [1], new float[] { 1 }).Add("a", [1], new float[] { 2 }).WithMetadata("k", "é\"\n"));

        (BitConverter.ToInt64(bytes) % 8).ShouldBe(0);
        using var file = SafetensorsFile.Open(_folder.Write("m.safetensors", bytes));
        file.Entries.Select(entry => entry.Name).ShouldBe(["z", "a"]);
        file.Metadata["k"].ShouldBe("é\"\n");
    }

    [Fact]
    public void Equal_input_gives_equal_bytes_whatever_the_order_of_metadata()
    {
        var first = Written(new SafetensorsWriter().Add("a", [2], new float[] { 1, 2 }).WithMetadata("x", "1").WithMetadata("y", "2"));
        var second = Written(new SafetensorsWriter().WithMetadata("y", "2").WithMetadata("x", "1").Add("a", [2], new float[] { 1, 2 }));

        second.ShouldBe(first);
    }

    [Fact]
    public void Texts_and_mixed_numbers_survive()
    {
        var bytes = Written(new SafetensorsWriter().AddText("t", "Grüße 🙂").Add("u8", [2], new byte[] { 7, 255 }).Add("bad", [1], new byte[] { 0xFF }));
        using var file = SafetensorsFile.Open(_folder.Write("m.safetensors", bytes));

        file.ReadText("t").ShouldBe("Grüße 🙂");
        file.ReadDoubles("u8").ShouldBe([7.0, 255.0]);
        file.ReadIntegers("u8").ShouldBe([7L, 255L]);
        Should.Throw<InputException>(() => file.ReadText("bad")).Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void A_shape_that_does_not_hold_the_values_or_a_taken_name_is_a_mistake_of_the_caller()
    {
        var writer = new SafetensorsWriter().Add("a", [1], new float[1]);

        Should.Throw<ArgumentException>(() => writer.Add("b", [2, 2], new float[3]));
        Should.Throw<ArgumentException>(() => writer.Add("a", [1], new float[1]));
        Should.Throw<ArgumentException>(() => writer.Add("__metadata__", [1], new float[1]));
    }

    [Fact]
    public void Random_damage_is_refused_or_harmless()
    {
        var honest = Written(new SafetensorsWriter().Add("w", [2, 3], new float[6]).Add("h", [4], new float[4], DTypes.F16).Add("n", [1], new double[1]));
        var path = _folder.PathOf("damaged.safetensors");
        Prop.ForAll<(int At, byte Value)[], int>((damage, cut) =>
        {
            var bytes = honest[..(honest.Length - (Math.Abs(cut) % 3 == 0 ? Math.Abs(cut) % honest.Length : 0))];
            foreach (var (at, value) in damage)
            {
                bytes[(at & int.MaxValue) % bytes.Length] = value;
            }

            File.WriteAllBytes(path, bytes);
            try
            {
                using var file = SafetensorsFile.Open(path);
                foreach (var entry in file.Entries)
                {
                    file.ReadBytes(entry.Name).LongLength.ShouldBe(entry.ByteLength);
                }
            }
            catch (InputException)
            {
                // The only way out that is allowed.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static byte[] Written(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.WriteTo(stream);
        stream.Length.ShouldBe(writer.Length);
        return stream.ToArray();
    }

    private static float Truncate(float value) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
}
