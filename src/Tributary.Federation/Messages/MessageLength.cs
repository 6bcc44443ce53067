namespace Tributary.Federation.Messages;

/// <summary>How long a message body is.</summary>
/// <param name="Bytes">Length of the safetensors body.</param>
/// <param name="ValueBytes">Bytes of tensor data alone, without header, numbers and texts.</param>
public readonly record struct MessageLength(long Bytes, long ValueBytes)
{
    /// <summary>Both lengths summed.</summary>
    public static MessageLength operator +(MessageLength a, MessageLength b) => new(a.Bytes + b.Bytes, a.ValueBytes + b.ValueBytes);

    /// <summary>The length of that many such bodies.</summary>
    public MessageLength Times(int count) => new(checked(Bytes * count), checked(ValueBytes * count));
}
