using Tributary.Learning.Autograd;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd;

public class ArenaTests
{
    [Fact]
    public void Rented_matrices_never_overlap_while_in_use()
    {
        using var backend = new ReferenceBackend<float>();
        using var arena = new Arena(backend);
        var held = new List<Matrix>();
        for (var i = 1; i < 400; i++)
        {
            held.Add(arena.Rent(1 + (i * 7 % 13), 1 + (i * 31 % 97)));
            if (i % 3 == 0)
            {
                var at = i * 17 % held.Count;
                arena.Return(held[at]);
                held.RemoveAt(at);
            }

            foreach (var group in held.GroupBy(m => m.Buffer))
            {
                var ranges = group.OrderBy(m => m.Offset).ToArray();
                for (var k = 1; k < ranges.Length; k++)
                {
                    (ranges[k - 1].Offset + ranges[k - 1].Count).ShouldBeLessThanOrEqualTo(ranges[k].Offset);
                }
            }
        }
    }

    [Fact]
    public void Returning_everything_leaves_nothing_in_use_and_memory_is_not_asked_for_again()
    {
        using var backend = new ReferenceBackend<float>();
        using var arena = new Arena(backend);
        for (var step = 0; step < 5; step++)
        {
            var rented = Enumerable.Range(1, 50).Select(i => arena.Rent(i, 1000)).ToArray();
            foreach (var matrix in rented.Reverse())
            {
                arena.Return(matrix);
            }

            arena.Used.ShouldBe(0);
            arena.Reset();
        }

        var capacity = arena.Capacity;
        Enumerable.Range(1, 50).Select(i => arena.Rent(i, 1000)).Count().ShouldBe(50);
        arena.Capacity.ShouldBe(capacity);
    }

    [Fact]
    public void A_foreign_matrix_is_refused()
    {
        using var backend = new ReferenceBackend<float>();
        using var arena = new Arena(backend);
        arena.Rent(2, 2);
        Should.Throw<ArgumentException>(() => arena.Return(backend.Allocate(4).AsMatrix(2, 2)));
    }
}
