using FsCheck;
using FsCheck.Fluent;
using Tributary.Learning.Data;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Tests.Data;

public sealed class DataSplitTests
{
    [Fact]
    public void Every_row_is_in_exactly_one_part()
    {
        Prop.ForAll<PositiveInt, ushort>((size, seed) =>
        {
            int[] rows = [.. Enumerable.Range(100, size.Get + 5)];
            var split = DataSplit.Of(rows, 0.2, 0.1, "owner", PhiloxStream.Root(seed));

            split.Train.Concat(split.Validation).Concat(split.Test).Order().ShouldBe(rows);
            split.Validation.Count.ShouldBe(Math.Max(1, (int)Math.Round(0.2 * rows.Length)));
            split.Train.ShouldBe(split.Train.Order());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_choice_depends_on_seed_and_owner()
    {
        int[] rows = [.. Enumerable.Range(0, 100)];
        IReadOnlyList<int> Validation(string owner, long seed) => DataSplit.Of(rows, 0.1, 0, owner, PhiloxStream.Root(seed)).Validation;

        Validation("a", 1).ShouldBe(Validation("a", 1));
        Validation("a", 1).ShouldNotBe(Validation("b", 1));
        Validation("a", 1).ShouldNotBe(Validation("a", 2));
    }

    [Fact]
    public void Shares_that_leave_nothing_are_refused()
    {
        Should.Throw<InputException>(() => DataSplit.Of([1], 0.1, 0, "tiny", PhiloxStream.Root(1))).Message.ShouldContain("tiny");
        Should.Throw<InputException>(() => DataSplit.Of([1, 2], 1, 0, "x", PhiloxStream.Root(1)));
        Should.Throw<InputException>(() => DataSplit.Of([1, 2], -0.1, 0, "x", PhiloxStream.Root(1)));
        Should.Throw<InputException>(() => DataSplit.Of([1, 2], double.NaN, 0, "x", PhiloxStream.Root(1)));
        DataSplit.Of([1], 0, 0, "x", PhiloxStream.Root(1)).Train.ShouldBe([1]);
    }
}
