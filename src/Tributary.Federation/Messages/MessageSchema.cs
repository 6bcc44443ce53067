using System.Diagnostics.CodeAnalysis;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>Which tensors a message may hold: a layout for each of its sections. Everything else in a body is refused before it is read.</summary>
public sealed class MessageSchema
{
    private readonly SortedDictionary<string, TensorLayout> sections = new(StringComparer.Ordinal);

    private MessageSchema(IEnumerable<KeyValuePair<string, TensorLayout>> sections)
    {
        foreach (var (name, layout) in sections)
        {
            this.sections[name] = layout;
        }
    }

    /// <summary>The sections in ordinal order, each with what it may hold.</summary>
    public IEnumerable<KeyValuePair<string, TensorLayout>> Sections => sections;

    /// <summary>Which entries of the model's own tensors travel, where both ends know them; such a tensor comes so or whole.</summary>
    public IReadOnlyDictionary<TensorKey, TensorPart> Agreed { get; private init; } = new Dictionary<TensorKey, TensorPart>();

    /// <summary>Whether a tensor may come with the first of one axis alone, whatever the axis: in a spool, each of whose files was held to what its sender holds when it arrived.</summary>
    public bool HoldsSlices { get; private init; }

    /// <summary>A message of the model's own tensors alone.</summary>
    public static MessageSchema Parameters(TensorLayout layout) => new([KeyValuePair.Create(MessageBody.Parameters, layout)]);

    /// <summary>The same with another section.</summary>
    public MessageSchema With(string section, TensorLayout layout) => new([.. sections, KeyValuePair.Create(section, layout)]) { Agreed = Agreed, HoldsSlices = HoldsSlices };

    /// <summary>The same with these sections, each with one layout.</summary>
    public MessageSchema With(IEnumerable<string> names, TensorLayout layout) => new([.. sections, .. names.Select(name => KeyValuePair.Create(name, layout))]) { Agreed = Agreed, HoldsSlices = HoldsSlices };

    /// <summary>The same with these sections.</summary>
    public MessageSchema With(IEnumerable<(string Name, TensorLayout Layout)> others) => new([.. sections, .. others.Select(other => KeyValuePair.Create(other.Name, other.Layout))]) { Agreed = Agreed, HoldsSlices = HoldsSlices };

    /// <summary>The same with these agreed entries.</summary>
    public MessageSchema WithAgreed(IReadOnlyDictionary<TensorKey, TensorPart> parts) => new(sections) { Agreed = parts, HoldsSlices = HoldsSlices };

    /// <summary>The same where tensors may come as slices.</summary>
    public MessageSchema WithSlices() => new(sections) { Agreed = Agreed, HoldsSlices = true };

    /// <summary>The tensors of a section, if it may be there.</summary>
    public bool TryFind(string section, [NotNullWhen(true)] out TensorLayout? layout) => sections.TryGetValue(section, out layout);
}
