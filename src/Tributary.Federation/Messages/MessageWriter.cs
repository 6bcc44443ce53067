using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>Lays a body out as a safetensors file.</summary>
internal static class MessageWriter
{
    /// <summary>The file's writer, and how long it will be.</summary>
    public static (SafetensorsWriter Writer, MessageLength Length) Prepare(MessageBody body, string dtype)
    {
        var writer = new SafetensorsWriter();
        foreach (var (section, tensors) in body.Sections)
        {
            foreach (var tensor in tensors)
            {
                if (section == MessageBody.Parameters && body.Parts.TryGetValue(tensor.Key, out var part))
                {
                    writer.Add(MessageNames.In(section, tensor.Key), part.StoredShape, part.Pack(tensor.Values), dtype);
                    AddMarks(writer, tensor.Key, part);
                }
                else
                {
                    writer.Add(MessageNames.In(section, tensor.Key), tensor.Shape, tensor.Values, dtype);
                }
            }
        }

        var values = writer.ValueBytes;
        foreach (var (name, number) in body.Numbers)
        {
            writer.Add(MessageNames.Number + name, [], new[] { number }.AsMemory());
        }

        foreach (var (name, text) in body.Texts)
        {
            writer.AddText(MessageNames.Text + name, text);
        }

        return (writer, new MessageLength(writer.Length, values));
    }

    private static void AddMarks(SafetensorsWriter writer, TensorKey key, TensorPart part)
    {
        if (part.Kind == PartKind.Agreed)
        {
            return;
        }

        if (part.Kind == PartKind.Entries && (long)part.Marks.Count * sizeof(uint) < part.Marks.Bits.Length)
        {
            writer.Add(MessageNames.Indices + key.WireName, [part.Marks.Count], part.Marks.Indices.Select(index => (uint)index).ToArray().AsMemory());
            return;
        }

        var prefix = part.Kind switch
        {
            PartKind.Rows => MessageNames.Rows,
            PartKind.Columns => MessageNames.Columns,
            PartKind.Entries => MessageNames.Entries,
            _ => throw new ArgumentException($"a slice of tensor {key.WireName} travels as a smaller tensor"),
        };
        writer.Add(prefix + key.WireName, [part.Marks.Bits.Length], part.Marks.Bits);
    }
}
