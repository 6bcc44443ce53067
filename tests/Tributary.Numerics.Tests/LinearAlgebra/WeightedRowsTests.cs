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

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1003)]
    public void Quotients_are_rounded_once_in_double_and_once_to_single(int length)
    {
        var (sum, result) = (new double[length], new float[length]);
        var numbers = new float[length];
        new Philox(4).FillNormal(0, numbers);
        for (var i = 0; i < length; i++)
        {
            sum[i] = numbers[i] * Math.PI;
        }

        WeightedRows.Divide(sum, 7.3, result);
        result.ShouldBe(Array.ConvertAll(sum, value => (float)(value / 7.3)));
        Should.Throw<ArgumentOutOfRangeException>(() => WeightedRows.Divide(sum, 7.3, new float[length + 1]));
    }

    [Fact]
    public void Rows_of_another_length_are_refused() => Should.Throw<ArgumentOutOfRangeException>(() => WeightedRows.Add(new double[2], new float[5], [1, 2]));
}
