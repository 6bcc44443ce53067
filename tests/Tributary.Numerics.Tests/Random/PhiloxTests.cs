using System.Globalization;
using System.Text.Json;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.Random;

public sealed class PhiloxTests
{
    [Fact]
    public void Zero_key_and_counter_give_the_published_words() =>
        new Philox(0).Block(0, 0, 0, 0).ShouldBe(new PhiloxBlock(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));

    [SharedDataFact]
    public void Published_vectors_and_consecutive_counters_are_reproduced()
    {
        using var document = Open();
        var published = document.RootElement.GetProperty("published").EnumerateArray().ToArray();
        published.Length.ShouldBe(3);
        foreach (var vector in published)
        {
            Block(vector, Key(vector)).ShouldBe(Words(vector.GetProperty("output")));
        }

        var more = document.RootElement.GetProperty("more");
        foreach (var block in more.GetProperty("blocks").EnumerateArray())
        {
            Block(block, Key(more)).ShouldBe(Words(block.GetProperty("output")));
        }
    }

    [SharedDataFact]
    public void Uniforms_and_normals_follow_the_stated_convention()
    {
        using var document = Open();
        var root = document.RootElement;
        var more = root.GetProperty("more");
        var blocks = more.GetProperty("blocks").EnumerateArray().Select(b => Generate(b, Key(more))).ToArray();
        var published = root.GetProperty("published").EnumerateArray().Select(b => Generate(b, Key(b))).ToArray();
        Check(blocks, root.GetProperty("uniform_24_bit").GetProperty("values"), 1e-17, 4, (block, lane) => block.Uniform(lane));
        Check(blocks, root.GetProperty("box_muller_32").GetProperty("of_more"), 1e-14, 4, (block, lane) => block.Normal(lane));
        Check(published, root.GetProperty("box_muller_32").GetProperty("of_published"), 1e-14, 4, (block, lane) => block.Normal(lane));
        Check(blocks, root.GetProperty("box_muller_53").GetProperty("of_more"), 1e-14, 2, (block, lane) => block.NormalDouble(lane));
        Check(published, root.GetProperty("box_muller_53").GetProperty("of_published"), 1e-14, 2, (block, lane) => block.NormalDouble(lane));
    }

    [Fact]
    public void Filling_gives_the_addressed_elements()
    {
        var philox = new Philox(0x1234567890abcdef);
        var (uniform, normal, wide) = (new float[7], new float[7], new double[7]);
        philox.FillUniform(3, uniform);
        philox.FillNormal(3, normal);
        philox.FillNormal(3, wide);
        for (var i = 0; i < 7; i++)
        {
            uniform[i].ShouldBe(philox.Uniform(3, (ulong)i));
            normal[i].ShouldBe(philox.Normal(3, (ulong)i));
            wide[i].ShouldBe(philox.NormalDouble(3, (ulong)i));
        }
    }

    [Theory]
    [InlineData(0, 40)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(6, 71)]
    [InlineData(1L << 34, 9)]
    public void Filling_from_any_element_on_gives_the_same_numbers(long first, int count)
    {
        var philox = new Philox(77);
        var (uniform, normal) = (new float[count], new float[count]);
        philox.FillUniform(3, uniform, (ulong)first);
        philox.FillNormal(3, normal, (ulong)first);
        uniform.ShouldBe(Enumerable.Range(0, count).Select(i => philox.Uniform(3, (ulong)(first + i))));
        normal.ShouldBe(Enumerable.Range(0, count).Select(i => philox.Normal(3, (ulong)(first + i))));
    }

    [Fact]
    public void Tensors_and_keys_are_independent()
    {
        var one = new Philox(1);
        one.Block(0, 5).ShouldNotBe(one.Block(5, 0));
        one.Block(0, 0).ShouldNotBe(new Philox(2).Block(0, 0));
        one.Block(1UL << 32, 0).ShouldNotBe(one.Block(0, 0));
    }

    private static JsonDocument Open() => JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "math", "philox.json")));

    private static uint[] Words(JsonElement words) => words.EnumerateArray().Select(w => uint.Parse(w.GetString()!, NumberStyles.HexNumber)).ToArray();

    private static ulong Key(JsonElement owner)
    {
        var words = Words(owner.GetProperty("key"));
        return words[0] | ((ulong)words[1] << 32);
    }

    private static PhiloxBlock Generate(JsonElement vector, ulong key)
    {
        var counter = Words(vector.GetProperty("counter"));
        return new Philox(key).Block(counter[0], counter[1], counter[2], counter[3]);
    }

    private static uint[] Block(JsonElement vector, ulong key)
    {
        var block = Generate(vector, key);
        return [block[0], block[1], block[2], block[3]];
    }

    private static void Check(PhiloxBlock[] blocks, JsonElement expected, double tolerance, int lanes, Func<PhiloxBlock, int, double> number)
    {
        expected.GetArrayLength().ShouldBe(blocks.Length);
        for (var i = 0; i < blocks.Length; i++)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                var wanted = expected[i][lane].GetDouble();
                number(blocks[i], lane).ShouldBe(wanted, tolerance * Math.Max(1, Math.Abs(wanted)));
            }
        }
    }
}
