using Tributary.Learning.Autograd.Operations;

namespace Tributary.Learning.Tests.Autograd.Operations;

public class HeadLossOperationTests
{
    [Theory]
    [InlineData(508, 768, 50257, 256)] // 2²⁴ logits are 333 rows
    [InlineData(512, 768, 50257, 256)]
    [InlineData(300, 768, 50257, 300)]
    [InlineData(1000, 768, 50257, 256)]
    [InlineData(512, 64, 512, 128)]
    [InlineData(5, 64, 512, 5)]
    [InlineData(100, 4096, 1_000_000, 32)]
    [InlineData(0, 64, 512, 0)]
    public void Blocks_are_even(long rows, int inputs, int outputs, int expected) => HeadLossOperation.BlockRows(rows, inputs, outputs).ShouldBe(expected);
}
