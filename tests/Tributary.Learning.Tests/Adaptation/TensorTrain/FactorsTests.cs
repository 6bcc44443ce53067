using Tributary.Learning.Adaptation.TensorTrain;

namespace Tributary.Learning.Tests.Adaptation.TensorTrain;

public class FactorsTests
{
    [Theory]
    [InlineData(4096, 3, new[] { 16, 16, 16 })]
    [InlineData(64, 3, new[] { 4, 4, 4 })]
    [InlineData(768, 3, new[] { 12, 8, 8 })]
    [InlineData(7, 2, new[] { 7, 1 })]
    [InlineData(1, 2, new[] { 1, 1 })]
    public void A_width_is_split_as_evenly_as_its_primes_allow(int number, int count, int[] factors) => Factors.Of(number, count).ShouldBe(factors);
}
