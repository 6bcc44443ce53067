using Tributary.Numerics.LinearAlgebra;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.LinearAlgebra;

public class WeightedRowsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 8)]
    [InlineData(1003, 5)]
    public void Sums_have_the_bits_of_one_product_and_one_sum_after_another(int length, int count)
    {
        var philox = new Philox(3);
        var (rows, weights, sum) = (new float[length * count], new double[count], new double[length]);
        philox.FillNormal(0, rows);
        philox.FillNormal(1, weights);
        philox.FillNormal(2, sum);
        var expected = (double[])sum.Clone();
        for (var i = 0; i < length; i++)
        {
            for (var k = 0; k < count; k++)
            {
                expected[i] += weights[k] * rows[(k * length) + i];
            }
        }

        WeightedRows.Add(sum, rows, weights);
        sum.ShouldBe(expected);
    }

    [Fact]
    public void Rows_of_another_length_are_refused() => Should.Throw<ArgumentOutOfRangeException>(() => WeightedRows.Add(new double[2], new float[5], [1, 2]));
}
