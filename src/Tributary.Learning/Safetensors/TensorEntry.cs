namespace Tributary.Learning.Safetensors;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">Name, unique in the file.</param>
/// <param name="DType">Element type as written in the header, see <see cref="DTypes"/>.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="ByteLength">Bytes of tensor data.</param>
public sealed record TensorEntry(string Name, string DType, int[] Shape, long Offset, long ByteLength)
{
    /// <summary>Number of elements.</summary>
    public long Count => ByteLength / DTypes.SizeOf(DType);
}
