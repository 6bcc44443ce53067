using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>
/// What a message, a client's state or a server's state holds: named tensors in sections, numbers and texts. On the wire it is one safetensors file: tensors of the
/// section "parameters" under their own names, of another section as "#section/name", what says which part of a tensor is there as "#rows/name", "#columns/name", "#entries/name"
/// (bitmaps) or "#indices/name" (U32), numbers as F64 tensors "#number/name", texts as U8 tensors "#text/name". A tensor of which the first of an axis are there needs nothing: its shape says so.
/// </summary>
public sealed record MessageBody
{
    /// <summary>The section of the model's own tensors.</summary>
    public const string Parameters = "parameters";

    /// <summary>The section of control variates, upwards of their changes.</summary>
    public const string Control = "control";

    /// <summary>The section of what units of the model are worth: upwards to the sender, downwards on the mean.</summary>
    public const string Scores = "scores";

    /// <summary>The section of fixed updates of base weights.</summary>
    public const string Base = "base";

    /// <summary>Nothing.</summary>
    public static MessageBody Empty { get; } = new();

    /// <summary>Tensors by section.</summary>
    public IReadOnlyDictionary<string, ParameterSet> Sections { get; init; } = new SortedDictionary<string, ParameterSet>(StringComparer.Ordinal);

    /// <summary>Which rows, columns or entries of a tensor of <see cref="Parameters"/> travel; one that is not named travels whole.</summary>
    public IReadOnlyDictionary<TensorKey, TensorPart> Parts { get; init; } = new SortedDictionary<TensorKey, TensorPart>();

    /// <summary>Numbers by name.</summary>
    public IReadOnlyDictionary<string, double> Numbers { get; init; } = new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Texts by name.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True when there is nothing in it.</summary>
    public bool IsEmpty => Sections.Values.All(section => section.Count == 0) && Numbers.Count == 0 && Texts.Count == 0;

    /// <summary>The tensors of a section, none when it is absent.</summary>
    public ParameterSet Section(string name) => Sections.GetValueOrDefault(name, ParameterSet.Empty);

    /// <summary>The same with a section put in or replaced.</summary>
    public MessageBody WithSection(string name, ParameterSet tensors) => this with { Sections = Put(Sections, name, tensors) };

    /// <summary>The same with the tensors of another; where both have one, the other's.</summary>
    public MessageBody With(MessageBody other) => other.Sections.Aggregate(this, (body, section) => body.WithSection(section.Key, body.Section(section.Key).MergedWith(section.Value)));

    /// <summary>The same with a number put in or replaced.</summary>
    public MessageBody WithNumber(string name, double value) => this with { Numbers = Put(Numbers, name, value) };

    /// <summary>The same with a text put in or replaced.</summary>
    public MessageBody WithText(string name, string value) => this with { Texts = Put(Texts, name, value) };

    private static SortedDictionary<string, T> Put<T>(IReadOnlyDictionary<string, T> before, string name, T value)
    {
        var after = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var (key, old) in before)
        {
            after[key] = old;
        }

        after[name] = value;
        return after;
    }
}
