using System.Globalization;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized.Targets;

/// <summary>A number, or as many between commas as the model has scores.</summary>
public sealed class NumberTarget(int count) : ISequenceTarget
{
    /// <inheritdoc/>
    public SequenceTarget Of(ClassificationExample example, string source)
    {
        var numbers = example.Label.Split(',', StringSplitOptions.TrimEntries);
        if (numbers.Length != count)
        {
            throw new InputException($"{source}: label '{example.Label}' holds {numbers.Length} numbers, the model has {count} scores");
        }

        return new(TokenRows.Ignore, Array.ConvertAll(numbers, text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw new InputException($"{source}: label '{text}' is not a number; the model's head is for regression (problem_type in its config.json)")));
    }
}
