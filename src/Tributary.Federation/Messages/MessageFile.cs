using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Messages;

/// <summary>A message body on disk, checked against its schema when opened and read tensor by tensor.</summary>
public sealed class MessageFile : IDisposable
{
    private readonly SafetensorsFile file;
    private readonly MessageSchema schema;
    private readonly SortedSet<string> sections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorPart> marked = new(StringComparer.Ordinal);

    private MessageFile(SafetensorsFile file, MessageSchema schema)
    {
        this.file = file;
        this.schema = schema;
        foreach (var prefix in MessageNames.Marks)
        {
            foreach (var name in Named(prefix))
            {
                ReadMarks(prefix, name);
            }
        }

        foreach (var (key, part) in schema.Agreed.Where(agreed => file.Contains(agreed.Key.WireName)))
        {
            if (!file.Entry(key.WireName).Shape.AsSpan().SequenceEqual(part.Shape))
            {
                marked.TryAdd(key.WireName, part);
            }
        }

        foreach (var entry in file.Entries)
        {
            Check(entry);
        }
    }

    /// <summary>Opens a body.</summary>
    /// <exception cref="InputException">It is damaged, or a tensor is unknown, has another shape or is not a number.</exception>
    public static MessageFile Open(string path, MessageSchema schema)
    {
        var file = SafetensorsFile.Open(path);
        try
        {
            return new MessageFile(file, schema);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole body.</summary>
    /// <exception cref="InputException">See <see cref="Open"/>.</exception>
    public static MessageBody Read(string path, MessageSchema schema)
    {
        using var file = Open(path, schema);
        return file.ReadAll();
    }

    /// <summary>Writes a body, whole or not at all; tensors take <paramref name="dtype"/> (F32 or BF16). Returns its length and that of its tensor data.</summary>
    public static MessageLength Write(string path, MessageBody body, string dtype = DTypes.F32)
    {
        var (writer, length) = MessageWriter.Prepare(body, dtype);
        writer.Save(path);
        return length;
    }

    /// <summary>The length that a body would have on disk.</summary>
    public static MessageLength LengthOf(MessageBody body, string dtype = DTypes.F32) => MessageWriter.Prepare(body, dtype).Length;

    /// <summary>Length of the body and of the tensor data in it (numbers and texts apart).</summary>
    public MessageLength Length => new(new FileInfo(file.Path).Length, file.Entries.Where(entry => !IsNumber(entry) && !IsText(entry)).Sum(entry => entry.ByteLength));

    /// <summary>The names of its sections.</summary>
    public IReadOnlyCollection<string> Sections => sections;

    /// <summary>Whether a section holds a tensor, whole or in part.</summary>
    public bool Contains(string section, TensorKey key) => file.Contains(MessageNames.In(section, key));

    /// <summary>Which part of a tensor is there; null is all of it.</summary>
    public TensorPart? PartOf(string section, TensorKey key) =>
        section == MessageBody.Parameters && marked.TryGetValue(key.WireName, out var part) ? part
        : schema.TryFind(section, out var layout) && layout.TryFind(key.WireName, out _, out var shape)
            ? LeadingSlice.PartOf(key, shape, file.Entry(MessageNames.In(section, key)).Shape)
            : null;

    /// <summary>Reads elements <paramref name="start"/> … of a tensor as it is stored, as many as the destination holds.</summary>
    public void Read(string section, TensorKey key, long start, Span<float> destination) => file.Read(MessageNames.In(section, key), start, destination);

    /// <summary>A number.</summary>
    /// <exception cref="InputException">There is no such number.</exception>
    public double Number(string name) => file.ReadDoubles(MessageNames.Number + name)[0];

    /// <summary>All numbers, in ordinal order.</summary>
    public IReadOnlyDictionary<string, double> Numbers =>
        new SortedDictionary<string, double>(Named(MessageNames.Number).ToDictionary(name => name, Number), StringComparer.Ordinal);

    /// <summary>The whole body. A tensor with fewer ranks comes as it is stored, one with marks whole and zero elsewhere.</summary>
    public MessageBody ReadAll()
    {
        var body = new MessageBody { Numbers = Numbers };
        foreach (var section in sections)
        {
            schema.TryFind(section, out var layout);
            body = body.WithSection(section, new ParameterSet(layout!.Tensors.Where(tensor => Contains(section, tensor.Key)).Select(tensor => Tensor(section, tensor.Key))));
        }

        if (marked.Count > 0)
        {
            body = body with { Parts = body.Section(MessageBody.Parameters).Where(t => marked.ContainsKey(t.Key.WireName)).ToDictionary(t => t.Key, t => marked[t.Key.WireName]) };
        }

        return Named(MessageNames.Text).Aggregate(body, (all, name) => all.WithText(name, file.ReadText(MessageNames.Text + name)));
    }

    /// <summary>Reads every tensor once.</summary>
    /// <exception cref="InputException">A value is not finite.</exception>
    public void RequireFinite()
    {
        const int Block = 1 << 14;
        var values = new float[Block];
        foreach (var entry in file.Entries.Where(entry => entry.DType is DTypes.F32 or DTypes.BF16))
        {
            for (var start = 0L; start < entry.Count; start += Block)
            {
                var block = values.AsSpan(0, (int)Math.Min(Block, entry.Count - start));
                file.Read(entry.Name, start, block);
                if (!TensorPrimitives.IsFiniteAll(block))
                {
                    throw new InputException($"{file.Path}: tensor '{entry.Name}' holds a value that is not finite");
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static bool IsNumber(TensorEntry entry) => entry.Name.StartsWith(MessageNames.Number, StringComparison.Ordinal);

    private static bool IsText(TensorEntry entry) => entry.Name.StartsWith(MessageNames.Text, StringComparison.Ordinal);

    private IEnumerable<string> Named(string prefix) =>
        file.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Name[prefix.Length..]);

    private HostTensor Tensor(string section, TensorKey key)
    {
        var name = MessageNames.In(section, key);
        var stored = file.ReadFloats(name);
        return section == MessageBody.Parameters && marked.TryGetValue(key.WireName, out var part)
            ? new HostTensor(key, part.Shape, part.Unpack(stored))
            : new HostTensor(key, file.Entry(name).Shape, stored);
    }

    // The length of the marks is held to the tensor's shape before they are read.
    private void ReadMarks(string prefix, string name)
    {
        var entry = file.Entry(prefix + name);
        var known = schema.TryFind(MessageBody.Parameters, out var layout) && layout.TryFind(name, out _, out var shape) && file.Contains(name) ? shape : null;
        var places = (prefix, known) switch
        {
            (_, null or []) => 0,
            (MessageNames.Rows, _) => known[0] * StretchesOf(known, file.Entry(name).Shape),
            (MessageNames.Columns, [_, var columns]) => columns,
            (MessageNames.Entries or MessageNames.Indices, _) => HostTensor.Count(known),
            _ => 0,
        };
        var marks = (prefix, entry.DType) switch
        {
            _ when places == 0 => null,
            (MessageNames.Indices, DTypes.U32) when entry.Count <= places => Marks.Parse(places, MemoryMarshal.Cast<byte, uint>(file.ReadBytes(entry.Name))),
            (not MessageNames.Indices, DTypes.U8) when entry.Count == ((long)places + 7) / 8 => Marks.Parse(places, file.ReadBytes(entry.Name)),
            _ => null,
        };
        if (marks is null || !marked.TryAdd(name, Part(prefix, known!, marks)))
        {
            throw new InputException($"{file.Path}: '{entry.Name}' does not say which part of a tensor the message holds");
        }
    }

    // What is stored of a row says into how many stretches rows are cut.
    private static int StretchesOf(int[] shape, int[] stored) =>
        (shape, stored) is ([_, var width], [_, > 0 and var stretch]) && width % stretch == 0 ? width / stretch : 1;

    private static TensorPart Part(string prefix, int[] shape, Marks marks) => prefix switch
    {
        MessageNames.Rows => TensorPart.Rows(shape, marks),
        MessageNames.Columns => TensorPart.Columns(shape, marks),
        _ => TensorPart.Entries(shape, marks),
    };

    private void Check(TensorEntry entry)
    {
        if (MessageNames.Marks.Any(prefix => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            || (IsText(entry) && entry.DType == DTypes.U8)
            || (IsNumber(entry) && entry is { DType: DTypes.F64, Count: 1 }))
        {
            return;
        }

        var (section, name) = MessageNames.Split(entry.Name);
        if (!schema.TryFind(section, out var layout) || !layout.TryFind(name, out var key, out var shape))
        {
            throw new InputException($"{file.Path}: tensor '{entry.Name}' is none that this message may hold");
        }

        var part = section == MessageBody.Parameters ? marked.GetValueOrDefault(name) : null;
        var expected = part?.StoredShape ?? shape;
        var isSlice = part is null && (schema.HoldsSlices ? LeadingSlice.IsSlice(shape, entry.Shape) : LeadingSlice.IsRankSlice(key, shape, entry.Shape));
        if (!entry.Shape.AsSpan().SequenceEqual(expected) && !isSlice)
        {
            throw new InputException($"{file.Path}: tensor '{entry.Name}' has shape [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", expected)}]");
        }

        if (entry.DType is not (DTypes.F32 or DTypes.BF16))
        {
            throw new InputException($"{file.Path}: tensor '{entry.Name}' is {entry.DType}, expected F32 or BF16");
        }

        sections.Add(section);
    }
}
