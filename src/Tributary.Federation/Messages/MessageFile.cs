using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Messages;

/// <summary>A message body on disk, checked against the layout when opened and read tensor by tensor.</summary>
public sealed class MessageFile : IDisposable
{
    private const string NumberPrefix = "#number/";
    private const string TextPrefix = "#text/";
    private const string RowsPrefix = "#rows/";
    private readonly SafetensorsFile file;
    private readonly TensorLayout layout;
    private readonly SortedSet<string> sections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RowMask> rows = new(StringComparer.Ordinal);

    private MessageFile(SafetensorsFile file, TensorLayout layout)
    {
        this.file = file;
        this.layout = layout;
        foreach (var name in Named(RowsPrefix))
        {
            rows[name] = Mask(name);
        }

        foreach (var entry in file.Entries)
        {
            Check(entry);
        }
    }

    /// <summary>Opens a body.</summary>
    /// <exception cref="InputException">It is damaged, or a tensor is unknown, has another shape or is not a number.</exception>
    public static MessageFile Open(string path, TensorLayout layout)
    {
        var file = SafetensorsFile.Open(path);
        try
        {
            return new MessageFile(file, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole body.</summary>
    /// <exception cref="InputException">See <see cref="Open"/>.</exception>
    public static MessageBody Read(string path, TensorLayout layout)
    {
        using var file = Open(path, layout);
        return file.ReadAll();
    }

    /// <summary>Writes a body, whole or not at all; tensors take <paramref name="dtype"/> (F32 or BF16). Returns its length and that of its tensor data.</summary>
    public static MessageLength Write(string path, MessageBody body, string dtype = DTypes.F32)
    {
        var (writer, length) = Prepare(body, dtype);
        writer.Save(path);
        return length;
    }

    /// <summary>The length that a body would have on disk.</summary>
    public static MessageLength LengthOf(MessageBody body, string dtype = DTypes.F32) => Prepare(body, dtype).Length;

    /// <summary>Length of the body and of the tensor data in it (numbers and texts apart).</summary>
    public MessageLength Length => new(
        new FileInfo(file.Path).Length, file.Entries.Where(entry => !IsScalarOrText(entry.Name)).Sum(entry => entry.ByteLength));

    /// <summary>The names of its sections.</summary>
    public IReadOnlyCollection<string> Sections => sections;

    /// <summary>Whether a section holds a tensor.</summary>
    public bool Contains(string section, TensorKey key) => file.Contains(NameIn(section, key));

    /// <summary>Which rows of a tensor are there; null is all.</summary>
    public RowMask? RowsOf(string section, TensorKey key) => section == MessageBody.Parameters ? rows.GetValueOrDefault(key.WireName) : null;

    /// <summary>Reads elements <paramref name="start"/> … of a tensor, as many as the destination holds; of one with a <see cref="RowMask"/> elements of one row that is there.</summary>
    public void Read(string section, TensorKey key, long start, Span<float> destination)
    {
        if (RowsOf(section, key) is { } mask && layout.TryFind(key.WireName, out var shape))
        {
            var width = HostTensor.Count(shape) / mask.Rows;
            var (row, column) = Math.DivRem(start, width);
            start = ((long)mask.PlaceOf((int)row) * width) + column;
        }

        file.Read(NameIn(section, key), start, destination);
    }

    /// <summary>A number.</summary>
    /// <exception cref="InputException">There is no such number.</exception>
    public double Number(string name) => file.ReadDoubles(NumberPrefix + name)[0];

    /// <summary>All numbers, in ordinal order.</summary>
    public IReadOnlyDictionary<string, double> Numbers =>
        new SortedDictionary<string, double>(Named(NumberPrefix).ToDictionary(name => name, Number), StringComparer.Ordinal);

    /// <summary>The whole body.</summary>
    public MessageBody ReadAll()
    {
        var body = new MessageBody { Numbers = Numbers };
        foreach (var section in sections)
        {
            var tensors = layout.Tensors.Where(tensor => Contains(section, tensor.Key))
                .Select(tensor => new HostTensor(tensor.Key, tensor.Shape, Values(section, tensor.Key, tensor.Shape)));
            body = body.WithSection(section, new ParameterSet(tensors));
        }

        if (rows.Count > 0)
        {
            body = body with { Rows = layout.Tensors.Where(t => rows.ContainsKey(t.Key.WireName)).ToDictionary(t => t.Key, t => rows[t.Key.WireName]) };
        }

        return Named(TextPrefix).Aggregate(body, (all, name) => all.WithText(name, file.ReadText(TextPrefix + name)));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static (SafetensorsWriter Writer, MessageLength Length) Prepare(MessageBody body, string dtype)
    {
        var writer = new SafetensorsWriter();
        long values = 0;
        foreach (var (section, tensors) in body.Sections)
        {
            foreach (var tensor in tensors)
            {
                var mask = section == MessageBody.Parameters ? body.Rows.GetValueOrDefault(tensor.Key) : null;
                var sent = mask is null ? tensor.Values : mask.Pack(tensor.Values);
                writer.Add(NameIn(section, tensor.Key), mask is null ? tensor.Shape : [mask.Count, .. tensor.Shape[1..]], sent, dtype);
                values += (long)sent.Length * DTypes.SizeOf(dtype);
                if (mask is not null)
                {
                    writer.Add(RowsPrefix + tensor.Key.WireName, [mask.Bits.Length], mask.Bits);
                    values += mask.Bits.Length;
                }
            }
        }

        foreach (var (name, number) in body.Numbers)
        {
            writer.Add(NumberPrefix + name, [], new[] { number }.AsMemory());
        }

        foreach (var (name, text) in body.Texts)
        {
            writer.AddText(TextPrefix + name, text);
        }

        return (writer, new MessageLength(writer.Length, values));
    }

    private static bool IsScalarOrText(string name) => name.StartsWith(NumberPrefix, StringComparison.Ordinal) || name.StartsWith(TextPrefix, StringComparison.Ordinal);

    private static string NameIn(string section, TensorKey key) => section == MessageBody.Parameters ? key.WireName : $"#{section}/{key.WireName}";

    private IEnumerable<string> Named(string prefix) =>
        file.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Name[prefix.Length..]);

    private float[] Values(string section, TensorKey key, int[] shape)
    {
        var stored = file.ReadFloats(NameIn(section, key));
        return RowsOf(section, key) is { } mask ? mask.Unpack(stored, HostTensor.Count(shape) / mask.Rows) : stored;
    }

    private RowMask Mask(string name)
    {
        var entry = file.Entry(RowsPrefix + name);
        return layout.TryFind(name, out var shape) && shape.Length > 0 && shape[0] > 0 && entry.DType == DTypes.U8 && file.Contains(name)
            && entry.Count == (shape[0] + 7) / 8 && RowMask.Parse(shape[0], file.ReadBytes(entry.Name)) is { } mask
            ? mask
            : throw new InputException($"{file.Path}: '{entry.Name}' is not a bitmap of the rows of a tensor that the message holds");
    }

    private void Check(TensorEntry entry)
    {
        if (entry.Name.StartsWith(RowsPrefix, StringComparison.Ordinal))
        {
            return;
        }

        if (entry.Name.StartsWith(TextPrefix, StringComparison.Ordinal) && entry.DType == DTypes.U8)
        {
            return;
        }

        if (entry.Name.StartsWith(NumberPrefix, StringComparison.Ordinal) && entry is { DType: DTypes.F64, Count: 1 })
        {
            return;
        }

        var slash = entry.Name.StartsWith('#') ? entry.Name.IndexOf('/', StringComparison.Ordinal) : -1;
        var section = slash > 1 ? entry.Name[1..slash] : MessageBody.Parameters;
        if (!layout.TryFind(entry.Name[(slash + 1)..], out var shape))
        {
            throw new InputException($"{file.Path}: tensor '{entry.Name}' is none that this run trains");
        }

        if (section == MessageBody.Parameters && rows.TryGetValue(entry.Name, out var mask))
        {
            shape = [mask.Count, .. shape[1..]];
        }

        if (!entry.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new InputException($"{file.Path}: tensor '{entry.Name}' has shape [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", shape)}]");
        }

        if (entry.DType is not (DTypes.F32 or DTypes.BF16))
        {
            throw new InputException($"{file.Path}: tensor '{entry.Name}' is {entry.DType}, expected F32 or BF16");
        }

        sections.Add(section);
    }
}
