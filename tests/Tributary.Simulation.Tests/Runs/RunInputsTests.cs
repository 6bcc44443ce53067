using Tributary.Learning.Data.Tokenized;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Tests.Runs;

public sealed class RunInputsTests
{
    [Fact]
    public void Equal_rows_have_equal_hashes() => RunInputs.HashOf([Owner("a", [1, 2], [3])]).ShouldBe(RunInputs.HashOf([Owner("a", [1, 2], [3])]));

    [Fact]
    public void Everything_of_an_owner_is_in_the_hash()
    {
        var hashes = new OwnerData[][]
        {
            [Owner("a", [1, 2], [3])],
            [Owner("b", [1, 2], [3])],
            [Owner("a", [1, 2, 3])],
            [Owner("a", [1], [2, 3])],
            [Owner("a", [1, 2], [4])],
            [Owner("a", [3], [1, 2])],
            [Owner("a", [1, 2]), Owner("b", [3])],
            [new("a", Set([1, 2], [3]), Set([5]), null)],
            [new("a", Set([1, 2], [3]), null, Set([5]))],
            [new("a", new TokenizedDataset([new TokenizedExample([1, 2], [2, -100]), new TokenizedExample([3], [-100])], default), null, null)],
            [new("a", new TokenizedDataset([new TokenizedExample([1, 2], [1, 2], Class: 1), new TokenizedExample([3], [3])], default), null, null)],
        }.Select(owners => RunInputs.HashOf(owners)).ToArray();

        hashes.ShouldBeUnique();
    }

    private static OwnerData Owner(string id, params int[][] rows) => new(id, Set(rows), null, null);

    private static TokenizedDataset Set(params int[][] rows) => new([.. rows.Select(ids => new TokenizedExample(ids, ids))], default);
}
