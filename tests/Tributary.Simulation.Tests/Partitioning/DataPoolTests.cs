using Tributary.Learning.Data;
using Tributary.Numerics;
using Tributary.Simulation.Partitioning;

namespace Tributary.Simulation.Tests.Partitioning;

public sealed class DataPoolTests
{
    [Theory]
    [InlineData("class", "label")]
    [InlineData("class", "category")]
    [InlineData("label", "category")]
    [InlineData("category", "label")]
    [InlineData("category", "skill")]
    [InlineData(null, "skill")]
    public void A_customary_name_means_the_customary_field_that_the_rows_have(string? asked, string field)
    {
        var pool = Pool(Row((field, "b")), Row((field, "a")), Row((field, "b")));

        pool.RowsBy(asked).Select(group => (group.Key, string.Join(' ', group.Value))).ShouldBe([("a", "1"), ("b", "0 2")]);
    }

    [Fact]
    public void A_customary_name_that_all_rows_have_means_itself() =>
        Pool(Row(("label", "1"), ("class", "b")), Row(("label", "1"), ("class", "a"))).RowsBy("class").Keys.ShouldBe(["a", "b"]);

    [Fact]
    public void A_customary_field_that_some_rows_lack_is_passed_over() =>
        Pool(Row(("label", "1"), ("skill", "b")), Row(("skill", "a"))).RowsBy("class").Keys.ShouldBe(["a", "b"]);

    [Fact]
    public void Any_other_name_has_no_synonyms() =>
        Should.Throw<InputException>(() => Pool(Row(("label", "1"))).RowsBy("klass")).Message.ShouldContain("no field 'klass'; it has: label");

    [Fact]
    public void Rows_without_any_field_cannot_be_divided_by_one() =>
        Should.Throw<InputException>(() => Pool(Row(), Row()).RowsBy(null)).Message.ShouldContain("rows of this format have no fields to go by; choose a kind that needs none: iid, quantity or cluster");

    [Fact]
    public void By_class_divides_a_table_whose_column_is_a_label_as_by_label_does()
    {
        var pool = Rows.Pool(200);

        Shards("class", pool).ShouldBe(Shards("label", pool));
    }

    private static IEnumerable<string> Shards(string by, DataPool pool) =>
        PartitionerTests.Partition(new("dirichlet", Clients: 5, Alpha: 0.5, By: by), pool).Select(shard => $"{shard.Client}: {string.Join(' ', shard.Examples)}");

    private static DataPool Pool(params TextExample[] rows) => new([new SourceFile("x", rows)]);

    private static TextExample Row(params (string Field, string Value)[] fields) =>
        new("text", fields.ToDictionary(field => field.Field, field => field.Value, StringComparer.Ordinal));
}
