using Tributary.Learning.Gguf;

namespace Tributary.Learning.Tests.Gguf;

public sealed class GgufWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        new GgufWriter().Add("a.text", "ünïcode").Add("a.whole", 7u).Add("a.number", 1.5f)
            .Add("matrix", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 }).Add("vector", [9], new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }).Add("last", [1], new float[] { -1 })
            .Save(folder.PathOf("file.gguf"));

        var file = new GgufReader(folder.PathOf("file.gguf"));

        file.Metadata.ShouldBe(new Dictionary<string, object> { ["a.text"] = "ünïcode", ["a.whole"] = 7u, ["a.number"] = 1.5f });
        file.Tensors.Keys.ShouldBe(["matrix", "vector", "last"]);
        file.Tensors["matrix"].Dimensions.ShouldBe([3UL, 2UL]);
        file.Tensors["matrix"].Values.ShouldBe([1f, 2, 3, 4, 5, 6]);
        file.Tensors["vector"].Values.Length.ShouldBe(9);
        file.Tensors["last"].Values.ShouldBe([-1f]);
    }

    [Fact]
    public void Names_beyond_the_formats_limit_and_wrong_counts_are_refused()
    {
        Should.Throw<ArgumentException>(() => new GgufWriter().Add(new string('x', 65), [1], new float[1]));
        Should.Throw<ArgumentException>(() => new GgufWriter().Add("x", [2], new float[1]));
    }
}
