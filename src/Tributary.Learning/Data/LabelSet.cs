using System.Globalization;
using Tributary.Numerics;

namespace Tributary.Learning.Data;

/// <summary>The classes of a task: every owner must number them alike, so the set is declared or taken from all owners' rows together.</summary>
/// <param name="Names">Class names in the order of their ids.</param>
/// <param name="First">The number the files give to the first class when they write numbers (AG News counts from 1).</param>
public sealed record LabelSet(IReadOnlyList<string> Names, int First = 0)
{
    /// <summary>Number of classes.</summary>
    public int Count => Names.Count;

    /// <summary>The labels that occur, in numeric order when all are integers, else in ordinal order.</summary>
    public static LabelSet From(IEnumerable<Example> examples)
    {
        string[] labels = [.. examples.OfType<ClassificationExample>().Select(example => example.Label).Distinct(StringComparer.Ordinal)];
        var numbers = new List<int>();
        foreach (var label in labels)
        {
            if (int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
        }

        return numbers.Count == labels.Length
            ? new LabelSet([.. labels.Zip(numbers).OrderBy(pair => pair.Second).ThenBy(pair => pair.First, StringComparer.Ordinal).Select(pair => pair.First)])
            : new LabelSet([.. labels.Order(StringComparer.Ordinal)]);
    }

    /// <summary>The id of a label: its place among the names, or its number counted from <see cref="First"/>.</summary>
    /// <exception cref="InputException">It is neither a name nor a number in range.</exception>
    public int IdOf(string label)
    {
        for (var id = 0; id < Names.Count; id++)
        {
            if (Names[id] == label)
            {
                return id;
            }
        }

        if (int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= First && number - (long)First < Count)
        {
            return number - First;
        }

        throw new InputException($"label '{label}' is out of range: expected {string.Join(", ", Names.Take(20))} or a number from {First} to {First + Count - 1}");
    }
}
