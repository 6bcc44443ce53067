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

    /// <summary>
    /// The labels of a head with <paramref name="classes"/> classes. Numbers mean themselves, counted from 0, or from 1 when they fit only so; names are those that the model
    /// gives to its classes, or else stand in ordinal order.
    /// </summary>
    /// <exception cref="InputException">There are more names than classes, or one that the model does not have.</exception>
    public static LabelSet From(IEnumerable<string> labels, int classes, IReadOnlyList<string>? declared = null)
    {
        string[] found = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (found.All(label => Number(label) is not null))
        {
            var first = found.Any(label => Number(label) == classes) && found.All(label => Number(label) > 0) ? 1 : 0;
            return new LabelSet(
                declared is { Count: > 0 } ? declared : [.. Enumerable.Range(first, classes).Select(number => number.ToString(CultureInfo.InvariantCulture))], first);
        }

        if (declared is { Count: > 0 })
        {
            return found.FirstOrDefault(label => !declared.Contains(label, StringComparer.Ordinal)) is { } stranger
                ? throw new InputException($"the data have the class '{stranger}', the model's head has {string.Join(", ", declared.Take(20))} (id2label in its config.json)")
                : new LabelSet(declared);
        }

        return found.Length <= classes
            ? new LabelSet(found)
            : throw new InputException($"the data have {found.Length} classes ({string.Join(", ", found.Take(20))}), the model's head {classes}");
    }

    /// <summary>The id of a label: its place among the names, or its number counted from <see cref="First"/>.</summary>
    /// <param name="label">As the file writes it.</param>
    /// <param name="source">Where it stands, for the message.</param>
    /// <exception cref="InputException">It is neither a name nor a number in range.</exception>
    public int IdOf(string label, string? source = null)
    {
        for (var id = 0; id < Names.Count; id++)
        {
            if (Names[id] == label)
            {
                return id;
            }
        }

        if (Number(label) is { } number && number >= First && number - (long)First < Count)
        {
            return number - First;
        }

        throw new InputException($"{(source is null ? "" : $"{source}: ")}label '{label}' is out of range: expected {string.Join(", ", Names.Take(20))} or a number from {First} to {First + Count - 1}");
    }

    private static int? Number(string label) => int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
