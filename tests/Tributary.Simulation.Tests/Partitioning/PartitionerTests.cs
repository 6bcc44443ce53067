using FsCheck;
using FsCheck.Fluent;
using Tributary.Federation.Experiments;
using Tributary.Learning.Data;
using Tributary.Numerics;
using Tributary.Numerics.Random;
using Tributary.Simulation.Partitioning;

namespace Tributary.Simulation.Tests.Partitioning;

/// <summary>What every partitioner keeps.</summary>
public sealed class PartitionerTests
{
    public static TheoryData<PartitionSettings> Kinds => [
        new("files"),
        new("iid", Clients: 5),
        new("dirichlet", Clients: 5, Alpha: 0.5),
        new("quantity", Clients: 5, Alpha: 0.1),
        new("shards", Clients: 5, PerClient: 2),
        new("column", Name: "label"),
        new("cluster", Clients: 5)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_row_goes_to_exactly_one_client_and_every_client_has_one(PartitionSettings settings)
    {
        Prop.ForAll<PositiveInt, ushort>((size, seed) =>
        {
            var pool = Rows.Pool([("a", size.Get + 40), ("b", 1)]);
            var shards = PartitionerFactory.Create(settings).Partition(pool, PhiloxStream.Root(seed));

            shards.SelectMany(shard => shard.Examples).Order().ShouldBe(Enumerable.Range(0, pool.Examples.Count));
            shards.ShouldAllBe(shard => shard.Examples.Count > 0 && shard.Examples.SequenceEqual(shard.Examples.Order()));
            shards.Select(shard => shard.Client).ShouldBe(shards.Select(shard => shard.Client).Distinct().Order(StringComparer.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Equal_seeds_give_equal_shards(PartitionSettings settings)
    {
        var pool = Rows.Pool(200);

        Flat(settings, pool, 3).ShouldBe(Flat(settings, pool, 3));
        if (settings.Kind is not ("files" or "column" or "cluster"))
        {
            Flat(settings, pool, 3).ShouldNotBe(Flat(settings, pool, 4));
        }
    }

    [Fact]
    public void Label_skew_is_drawn_again_until_every_client_has_the_rows_asked_for()
    {
        var pool = Rows.Pool(400);
        var free = Partition(new("dirichlet", Clients: 5, Alpha: 0.1), pool);
        free.ShouldContain(shard => shard.Examples.Count < 20, "else nothing is shown");
        Partition(new("dirichlet", Clients: 5, Alpha: 0.1, MinRows: 20), pool).ShouldAllBe(shard => shard.Examples.Count >= 20);
        Should.Throw<InputException>(() => Partition(new("dirichlet", Clients: 5, Alpha: 0.1, MinRows: 81), pool)).Message.ShouldContain("fewer than 81 rows");
        Should.Throw<InputException>(() => Partition(new("iid", Clients: 5, MinRows: 2), pool)).Message.ShouldContain("min_rows means nothing");
    }

    [Theory]
    [InlineData("iid")]
    [InlineData("dirichlet")]
    [InlineData("quantity")]
    [InlineData("cluster")]
    public void More_clients_than_rows_are_refused(string kind)
    {
        var alpha = kind is "dirichlet" or "quantity" ? 1.0 : (double?)null;

        Should.Throw<InputException>(() => Partition(new(kind, Clients: 4, Alpha: alpha), Rows.Pool(3))).Message.ShouldContain("3 rows");
        Should.Throw<InputException>(() => Partition(new(kind, Clients: 0, Alpha: alpha), Rows.Pool(3))).Message.ShouldContain("at least 1");
    }

    [Fact]
    public void Settings_that_cannot_hold_are_refused()
    {
        Should.Throw<InputException>(() => PartitionerFactory.Create(new("random"))).Message.ShouldContain("expected files, iid");
        Should.Throw<InputException>(() => PartitionerFactory.Create(new("iid"))).Message.ShouldContain("needs 'clients'");
        Should.Throw<InputException>(() => PartitionerFactory.Create(new("files", Clients: 3))).Message.ShouldContain("takes nothing");
        Should.Throw<InputException>(() => PartitionerFactory.Create(new("column"))).Message.ShouldContain("'name'");
        Should.Throw<InputException>(() => Partition(new("dirichlet", Clients: 2, Alpha: -1), Rows.Pool(9))).Message.ShouldContain("alpha is -1");
        Should.Throw<InputException>(() => Partition(new("dirichlet", Clients: 2, Alpha: 1, By: "nation"), Rows.Pool(9))).Message.ShouldContain("'nation'; it has: label");
        Should.Throw<InputException>(() => Partition(new("dirichlet", Clients: 9, Alpha: 1e-6), Rows.Pool(9))).Message.ShouldContain("raise alpha");
        Should.Throw<InputException>(() => Partition(new("shards", Clients: 5, PerClient: 2), Rows.Pool(9))).Message.ShouldContain("5 × 2");
        var bare = new DataPool([new SourceFile("x", [new TextExample("t", new Dictionary<string, string>())])]);
        Should.Throw<InputException>(() => Partition(new("shards", Clients: 1, PerClient: 1), bare)).Message.ShouldContain("no fields to go by");
    }

    internal static IReadOnlyList<ClientShard> Partition(PartitionSettings settings, DataPool pool, long seed = 1) =>
        PartitionerFactory.Create(settings).Partition(pool, PhiloxStream.Root(seed));

    private static IEnumerable<string> Flat(PartitionSettings settings, DataPool pool, long seed) =>
        Partition(settings, pool, seed).Select(shard => $"{shard.Client}: {string.Join(' ', shard.Examples)}");
}
