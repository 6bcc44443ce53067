using Tributary.Learning.Safetensors;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_come_in_the_order_of_their_data()
    {
        var header = """{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]},"__metadata__":{"format":"pt"}}""";
        using var file = SafetensorsFile.Open(_folder.Write("m.safetensors", RawSafetensors.Bytes(header, 8)));

        file.Entries.Select(entry => entry.Name).ShouldBe(["a", "b"]);
        file.Entry("a").Shape.ShouldBe([2, 2]);
        file.Entry("b").Count.ShouldBe(1);
        file.Metadata["format"].ShouldBe("pt");
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "stands twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'b' overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'a' leaves a hole of 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "belong to none")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "'a': data_offsets [0, 16] lie outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "lie outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "lie outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""", "lie outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}""", "not a pair of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "not a pair of integers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "needs 12 bytes, data_offsets give 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "dimension 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2,1.5],"data_offsets":[0,8]}}""", "dimension 1")]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "dimension 0")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "'a': unknown dtype 'F33'")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", "'a': no dtype")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", "'a': no shape")]
    [InlineData("""{"a":7}""", "'a': its header entry is not an object")]
    [InlineData("""{"__metadata__":{"format":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "__metadata__.format")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{"a":""", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public void A_lying_header_is_refused(string header, string expected)
    {
        var path = _folder.Write("lie.safetensors", RawSafetensors.Bytes(header, 8));

        var error = Should.Throw<InputException>(() => SafetensorsFile.Open(path));

        error.Message.ShouldContain(expected);
        error.Message.ShouldContain("lie.safetensors");
    }

    [Theory]
    [InlineData(100, "claims 100 bytes but the file has")]
    [InlineData(100_000_001, "the format allows")]
    [InlineData(long.MaxValue, "the format allows")]
    [InlineData(-1, "the format allows")]
    public void A_header_longer_than_the_file_is_refused(long claimed, string expected)
    {
        var path = _folder.Write("long.safetensors", RawSafetensors.Bytes("{}", 0, claimed));

        Should.Throw<InputException>(() => SafetensorsFile.Open(path)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_shorter_than_its_prefix_is_refused(int length)
    {
        var path = _folder.Write("short.safetensors", new byte[length]);

        Should.Throw<InputException>(() => SafetensorsFile.Open(path)).Message.ShouldContain("truncated");
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        Should.Throw<InputException>(() => SafetensorsFile.Open(_folder.PathOf("nothing.safetensors"))).Message.ShouldContain("nothing.safetensors");
        Should.Throw<InputException>(() => SafetensorsFile.Open(_folder.Root));
    }

    [Fact]
    public void Names_that_are_not_utf8_are_refused()
    {
        var bytes = RawSafetensors.Bytes("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", 8);
        bytes[8 + 2] = 0xFF;

        Should.Throw<InputException>(() => SafetensorsFile.Open(_folder.Write("m.safetensors", bytes))).Message.ShouldContain("not valid JSON");
    }

    [Fact]
    public void A_missing_tensor_and_a_wrong_type_are_named()
    {
        using var file = SafetensorsFile.Open(_folder.Write("m.safetensors", RawSafetensors.Bytes("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8)));

        Should.Throw<InputException>(() => file.ReadFloats("b")).Message.ShouldContain("no tensor 'b'");
        Should.Throw<InputException>(() => file.ReadFloats("a")).Message.ShouldContain("'a' is I64");
        Should.Throw<InputException>(() => file.ReadText("a")).Message.ShouldContain("'a' is I64");
    }

    [Fact]
    public void Empty_tensors_and_scalars_are_read()
    {
        var header = """{"none":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},"one":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""";
        using var file = SafetensorsFile.Open(_folder.Write("m.safetensors", RawSafetensors.Bytes(header, 1)));

        file.ReadFloats("none").ShouldBeEmpty();
        file.ReadBytes("one").Length.ShouldBe(1);
    }

    [Fact]
    public void Reading_after_dispose_fails_and_the_file_can_be_replaced()
    {
        var path = _folder.Write("m.safetensors", RawSafetensors.Bytes("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8));
        var file = SafetensorsFile.Open(path);
        file.Dispose();
        file.Dispose();

        Should.Throw<ObjectDisposedException>(() => file.ReadFloats("a"));
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            // An exclusive lock is granted only when the mapping is gone.
        }
    }

    [Fact]
    public void A_refused_file_is_released()
    {
        var path = _folder.Write("lie.safetensors", RawSafetensors.Bytes("{]", 8));
        Should.Throw<InputException>(() => SafetensorsFile.Open(path));

        using var exclusive = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        exclusive.Length.ShouldBe(18);
    }

    [Fact]
    public void A_block_of_a_tensor_can_be_read()
    {
        var path = _folder.PathOf("m.safetensors");
        new SafetensorsWriter().Add("w", [5], new float[] { 1, 2, 3, 4, 5 }).Save(path);
        using var file = SafetensorsFile.Open(path);
        var block = new float[2];

        file.Read("w", 3, block);

        block.ShouldBe([4f, 5f]);
        Should.Throw<ArgumentOutOfRangeException>(() => file.Read("w", 4, new float[2]));
        Should.Throw<ArgumentException>(() => file.Read("w", new float[4]));
    }
}
