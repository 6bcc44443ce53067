using System.Text;

namespace Tributary.Learning.Tests.Gguf;

/// <summary>Reads GGUF version 3 as its specification describes it, and nothing of it twice: every byte of the file must be accounted for.</summary>
internal sealed class GgufReader
{
    private readonly byte[] bytes;
    private int at;

    public GgufReader(string path)
    {
        bytes = File.ReadAllBytes(path);
        Encoding.ASCII.GetString(bytes, 0, 4).ShouldBe("GGUF");
        at = 4;
        UInt32().ShouldBe(3u);
        var (tensors, pairs) = (UInt64(), UInt64());
        for (var i = 0UL; i < pairs; i++)
        {
            Metadata.Add(Text(), Value(UInt32()));
        }

        var infos = Enumerable.Range(0, (int)tensors).Select(_ => Info()).ToArray();
        var alignment = Metadata.TryGetValue("general.alignment", out var stated) ? (int)(uint)stated : 32;
        var data = Align(at, alignment);
        Zeros(at, data);
        var end = 0UL;
        foreach (var (name, dimensions, offset) in infos)
        {
            offset.ShouldBe(end, name);
            (offset % (ulong)alignment).ShouldBe(0UL);
            var count = dimensions.Aggregate(1UL, (x, y) => x * y);
            Tensors.Add(name, (dimensions, Values(data + (int)offset, (int)count)));
            end = (ulong)Align((int)(offset + (4 * count)), alignment);
            Zeros(data + (int)(offset + (4 * count)), data + (int)end);
        }

        bytes.Length.ShouldBe(data + (int)end);
    }

    public Dictionary<string, object> Metadata { get; } = [];

    /// <summary>Dimensions as stored, the fastest first, with the values.</summary>
    public Dictionary<string, (ulong[] Dimensions, float[] Values)> Tensors { get; } = [];

    private (string Name, ulong[] Dimensions, ulong Offset) Info()
    {
        var name = Text();
        var dimensions = Enumerable.Range(0, (int)UInt32()).Select(_ => UInt64()).ToArray();
        UInt32().ShouldBe(0u, "F32");
        return (name, dimensions, UInt64());
    }

    private object Value(uint type) => type switch
    {
        4 => UInt32(),
        6 => BitConverter.UInt32BitsToSingle(UInt32()),
        8 => Text(),
        _ => throw new InvalidDataException($"metadata of type {type}"),
    };

    private string Text()
    {
        var length = (int)UInt64();
        at += length;
        return Encoding.UTF8.GetString(bytes, at - length, length);
    }

    private uint UInt32()
    {
        at += 4;
        return (uint)(bytes[at - 4] | (bytes[at - 3] << 8) | (bytes[at - 2] << 16) | (bytes[at - 1] << 24));
    }

    private ulong UInt64()
    {
        ulong low = UInt32(), high = UInt32();
        return low | (high << 32);
    }

    private float[] Values(int start, int count)
    {
        at = start;
        return [.. Enumerable.Range(0, count).Select(_ => BitConverter.UInt32BitsToSingle(UInt32()))];
    }

    private void Zeros(int start, int end) => bytes[start..end].ShouldAllBe(b => b == 0);

    private static int Align(int position, int alignment) => position + ((alignment - (position % alignment)) % alignment);
}
