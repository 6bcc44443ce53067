using Tributary.Federation.Experiments;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Experiments;

public sealed class ComparisonFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void An_experiment_is_a_comparison_on_itself()
    {
        var file = folder.Write("mine.yaml", "model: model\ndata: { train: data.jsonl }\nmethod: fedit\n");
        var comparison = ComparisonFile.Read(file);
        comparison.Experiments.ShouldBe([KeyValuePair.Create("mine", file)]);
        comparison.SeedsOf("fedit").ShouldBe(1);
        comparison.Output.ShouldBe(folder.PathOf("runs/mine-compare"));
    }

    [Fact]
    public void A_list_names_experiments_beside_it_and_headline_methods_with_more_seeds()
    {
        var comparison = ComparisonFile.Read(folder.Write("all.yaml", """
            name: all
            experiments: { one: a/one.yaml, two: two.yaml }
            seeds: 2
            headline: { methods: [fedit, flexlora], seeds: 3 }
            """));
        comparison.Experiments.ShouldBe([KeyValuePair.Create("one", folder.PathOf("a/one.yaml")), KeyValuePair.Create("two", folder.PathOf("two.yaml"))]);
        (comparison.SeedsOf("flexlora"), comparison.SeedsOf("fedprox")).ShouldBe((3, 2));
        comparison.WithSeeds(5).SeedsOf("flexlora").ShouldBe(5);
        comparison.Output.ShouldBe(folder.PathOf("runs/all"));
    }

    [Theory]
    [InlineData("experiments: { one: one.yaml }\nseed: 3\n", "did you mean 'seeds'?")]
    [InlineData("experiments: { one: one.yaml }\nheadline: { methods: [fedid] }\n", "did you mean 'fedit'?")]
    [InlineData("experiments: { }\n", "'experiments' is missing")]
    [InlineData("experiments: { '../up': one.yaml }\n", "names a folder")]
    [InlineData("experiments: { one: one.yaml }\nseeds: 0\n", "from 1 to 100")]
    public void What_is_wrong_is_refused_with_place_and_reason(string yaml, string reason) =>
        Should.Throw<InputException>(() => ComparisonFile.Read(folder.Write("wrong.yaml", yaml))).Message.ShouldContain(reason);

    public void Dispose() => folder.Dispose();
}
