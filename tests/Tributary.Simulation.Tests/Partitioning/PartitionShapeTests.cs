using Tributary.Learning.Data;
using Tributary.Simulation.Partitioning;
using static Tributary.Simulation.Tests.Partitioning.PartitionerTests;

namespace Tributary.Simulation.Tests.Partitioning;

/// <summary>How rows fall under each kind of partition.</summary>
public sealed class PartitionShapeTests
{
    [Fact]
    public void Iid_shards_differ_by_at_most_one_row()
    {
        var sizes = Partition(new("iid", Clients: 7), Rows.Pool(100)).Select(shard => shard.Examples.Count).ToList();

        (sizes.Max() - sizes.Min()).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void A_small_alpha_makes_labels_uneven_and_a_large_one_even()
    {
        Skew(0.1).ShouldBeGreaterThan(0.7);
        Skew(1000).ShouldBeLessThan(0.4);
        Skew(0.1).ShouldBeGreaterThan(Skew(1));
    }

    [Fact]
    public void Dirichlet_shares_average_to_even_ones()
    {
        // Mean 1/4 with variance (1/4 · 3/4) / (4α + 1) = 1/16 for α = 0.5: 400 draws hold the mean within four standard errors, 0.05.
        var share = Enumerable.Range(0, 400).Average(seed => Partition(new("dirichlet", Clients: 4, Alpha: 0.5), Rows.Pool(400, classes: 1), seed)[2].Examples.Count / 400.0);

        share.ShouldBe(0.25, 0.05);
    }

    [Fact]
    public void A_small_alpha_makes_quantities_uneven()
    {
        int Largest(double alpha) => Partition(new("quantity", Clients: 10, Alpha: alpha), Rows.Pool(1000)).Max(shard => shard.Examples.Count);

        Largest(0.1).ShouldBeGreaterThan(300);
        Largest(10000).ShouldBeInRange(100, 115);
    }

    [Fact]
    public void Two_shards_hold_at_most_a_few_labels()
    {
        var pool = Rows.Pool(1000, classes: 10);

        // Ten labels in twenty aligned shards: no shard crosses a label.
        Partition(new("shards", Clients: 10, PerClient: 2), pool).ShouldAllBe(shard => Labels(pool, shard).Count() <= 2 && shard.Examples.Count == 100);
    }

    [Fact]
    public void Files_and_columns_give_clients_their_names()
    {
        Partition(new("files"), Rows.Pool([("north", 2), ("east/1", 3)])).Select(shard => (shard.Client, shard.Examples.Count)).ShouldBe([("east-1", 3), ("north", 2)]);
        Partition(new("column", Name: "label"), Rows.Pool(9)).Select(shard => shard.Client).ShouldBe(["0", "1", "2"]);
        Partition(new("iid", Clients: 101), Rows.Pool(101))[^1].Client.ShouldBe("client-100");
        Partition(new("iid", Clients: 3), Rows.Pool(9))[0].Client.ShouldBe("client-00");
    }

    [Theory]
    [InlineData("../../etc", "etc")]
    [InlineData("..", "unnamed")]
    [InlineData("Zürich West", "Z-rich-West")]
    public void Names_from_data_are_fit_for_folders(string value, string expected)
    {
        var pool = new DataPool([new SourceFile("x", [Rows.Text("a", value), Rows.Text("b", value)])]);

        Partition(new("column", Name: "label"), pool).ShouldHaveSingleItem().Client.ShouldEndWith(expected);
    }

    [Fact]
    public void Names_that_come_out_alike_are_numbered()
    {
        var pool = new DataPool([new SourceFile("x", [Rows.Text("a", "a b"), Rows.Text("b", "a/b")])]);

        Partition(new("column", Name: "label"), pool).Select(shard => shard.Client).ShouldBe(["a-b", "a-b-2"]);
    }

    [Fact]
    public void Clusters_follow_topics()
    {
        string[] topics = ["goal match player league striker", "stock market shares profit bank", "planet orbit rocket launch moon"];
        var rows = Enumerable.Range(0, 60).Select(row =>
        {
            var words = topics[row % 3].Split(' ');
            return Rows.Text($"{words[row % 5]} {words[(row + 1 + (row % 2)) % 5]} {words[(row + 3) % 5]} the", $"{row % 3}");
        });
        var pool = new DataPool([new SourceFile("x", [.. rows])]);

        Partition(new("cluster", Clients: 3), pool).ShouldAllBe(shard => Labels(pool, shard).Count() == 1);
    }

    [Fact]
    public void Equal_rows_still_give_every_cluster_one()
    {
        var pool = new DataPool([new SourceFile("x", [.. Enumerable.Repeat(Rows.Text("same", "0"), 6)])]);

        Partition(new("cluster", Clients: 4), pool).Count.ShouldBe(4);
    }

    [SharedDataFact]
    public void AgNews_by_class_gives_uneven_shards_of_all_rows()
    {
        var pool = new DataPool(SourceFile.ReadAll(SharedData.PathOf("data", "classification", "ag_news_csv", "train.csv"), DataFormat.Text));
        var shards = Partition(new("dirichlet", Clients: 8, Alpha: 0.5, By: "label"), pool);

        shards.Sum(shard => shard.Examples.Count).ShouldBe(pool.Examples.Count);
        shards.Max(shard => shard.Examples.Count).ShouldBeGreaterThan(2 * shards.Min(shard => shard.Examples.Count));
    }

    private static IEnumerable<string> Labels(DataPool pool, ClientShard shard) => shard.Examples.Select(row => pool.Examples[row].Fields["label"]).Distinct();

    /// <summary>The largest label's share of a client's rows, averaged over clients, over twenty draws.</summary>
    private static double Skew(double alpha) => Enumerable.Range(0, 20).Average(seed =>
    {
        var pool = Rows.Pool(600);
        return Partition(new("dirichlet", Clients: 4, Alpha: alpha), pool, seed)
            .Average(shard => shard.Examples.GroupBy(row => pool.Examples[row].Fields["label"]).Max(group => group.Count()) / (double)shard.Examples.Count);
    });
}
