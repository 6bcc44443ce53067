using Tributary.Learning.Data.Tokenized;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Tests.Runs;

public sealed class SampleTextsTests
{
    [Theory]
    [InlineData(new[] { 9, 9, 4, 3 }, 2)]
    [InlineData(new[] { 5, 9 }, 0)]
    [InlineData(new[] { 9, 9 }, 0)]
    public void A_prompt_is_taken_from_a_sample_that_was_not_cut(int[] lengths, int taken)
    {
        TokenizedExample[] examples = [.. lengths.Select(length => new TokenizedExample(new int[length], new int[length]))];

        SampleTexts.Uncut(new TokenizedDataset(examples, default)).ShouldBeSameAs(examples[taken]);
    }
}
