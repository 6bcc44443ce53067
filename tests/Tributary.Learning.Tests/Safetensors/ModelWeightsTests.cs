using Tributary.Learning.Safetensors;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Safetensors;

public sealed class ModelWeightsTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_are_read_as_one_model()
    {
        Shard("model-1.safetensors", "a", 1);
        Shard("model-2.safetensors", "b", 2);
        _folder.Write(Index, """{"metadata":{"total_size":8},"weight_map":{"b":"model-2.safetensors","a":"model-1.safetensors"}}""");
        using var weights = ModelWeights.Open(_folder.Root);

        weights.Names.ShouldBe(["a", "b"]);
        weights.Shape("b").ShouldBe([1]);
        weights.ReadFloats("b").ShouldBe([2f]);
        weights.Contains("c").ShouldBeFalse();
        Should.Throw<InputException>(() => weights.Shape("c")).Message.ShouldContain("no tensor 'c'");
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../model-1.safetensors"}}""", "not the name of a safetensors file in this folder")]
    [InlineData("""{"weight_map":{"a":"/etc/x.safetensors"}}""", "not the name of a safetensors file in this folder")]
    [InlineData("""{"weight_map":{"a":"model.bin"}}""", "not the name of a safetensors file in this folder")]
    [InlineData("""{"weight_map":{"a":3}}""", "not the name of a safetensors file in this folder")]
    [InlineData("""{"weight_map":{"a":"model-9.safetensors"}}""", "model-9.safetensors")]
    [InlineData("""{"weight_map":{"z":"model-1.safetensors"}}""", "no tensor 'z'")]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors","b":"model-1.safetensors","x":"model-2.safetensors"}}""", "no tensor 'b'")]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors","x":"model-3.safetensors"}}""", "'a' stands in two shards")]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors","a":"model-2.safetensors"}}""", "stands twice")]
    [InlineData("""{"weight_map":{}}""", "empty")]
    [InlineData("""{"weights":{}}""", "weight_map")]
    [InlineData("""{"weight_map":""", "not valid JSON")]
    public void A_lying_index_is_refused(string index, string expected)
    {
        Shard("model-1.safetensors", "a", 1);
        Shard("model-2.safetensors", "x", 1);
        Shard("model-3.safetensors", "a", 1);
        _folder.Write(Index, index);

        Should.Throw<InputException>(() => ModelWeights.Open(_folder.Root)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("consolidated.00.pth")]
    [InlineData("weights.pt")]
    public void Pickles_are_refused_with_the_way_to_convert(string name)
    {
        _folder.Write(name, "PK");

        var message = Should.Throw<InputException>(() => ModelWeights.Open(_folder.Root)).Message;

        message.ShouldContain("never unpickled");
        message.ShouldContain($"torch.load('{name}'");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_folder_without_weights_is_refused()
    {
        Should.Throw<InputException>(() => ModelWeights.Open(_folder.Root)).Message.ShouldContain("neither model.safetensors");
        Should.Throw<InputException>(() => ModelWeights.Open(_folder.PathOf("nowhere"))).Message.ShouldContain("no model folder");
    }

    [SharedDataTheory]
    [InlineData("sharded", 0f)]
    [InlineData("fp16", 1f / 2048)]
    [InlineData("bf16", 1f / 256)]
    public void Published_layouts_hold_the_same_model(string layout, float relative)
    {
        using var expected = ModelWeights.Open(SharedData.PathOf("golden", "models", "gpt2"));
        using var actual = ModelWeights.Open(SharedData.PathOf("golden", "models", "gpt2_variants", layout));

        actual.Names.Order().ShouldBe(expected.Names.Order());
        foreach (var name in expected.Names)
        {
            actual.Shape(name).ShouldBe(expected.Shape(name));
            var values = actual.ReadFloats(name);
            foreach (var (value, index) in expected.ReadFloats(name).Select((value, index) => (value, index)))
            {
                Math.Abs(values[index] - value).ShouldBeLessThanOrEqualTo((Math.Abs(value) * relative) + (relative * 1e-4f));
            }
        }
    }

    [SharedDataFact]
    public void The_published_pickle_is_refused() =>
        Should.Throw<InputException>(() => ModelWeights.Open(SharedData.PathOf("golden", "models", "gpt2_variants", "torch_bin"))).Message.ShouldContain("pytorch_model.bin");

    private void Shard(string name, string tensor, float value) =>
        new SafetensorsWriter().Add(tensor, [1], new[] { value }).Save(_folder.PathOf(name));
}
