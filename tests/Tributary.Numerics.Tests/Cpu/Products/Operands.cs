using Tributary.Numerics.Cpu;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Tests.Cpu.Products;

/// <summary>A backend with operands of reproducible values in windows that have an offset and a gap after each row.</summary>
internal sealed class Operands(KernelSet kernels, int threads = 1, int gap = 3) : IDisposable
{
    private readonly List<IDisposable> owned = [];

    public CpuBackend Backend { get; } = new(threads, kernels);

    /// <summary>The kernel sets that this processor can run.</summary>
    public static IEnumerable<KernelSet> Legs => Enum.GetValues<KernelSet>().Where(set => set <= KernelSets.Best);

    /// <summary>Values in [−1, 1).</summary>
    public static float[] Values(int count, int seed)
    {
        var values = new float[count];
        var state = (uint)seed * 2654435761u;
        for (var i = 0; i < count; i++)
        {
            state = (state * 1664525u) + 1013904223u;
            values[i] = ((int)state >> 8) / (float)(1 << 23);
        }

        return values;
    }

    public Matrix Matrix(float[] values, int rows, int columns)
    {
        var buffer = Own(Backend.Allocate(((long)rows * (columns + gap)) + 5));
        var matrix = new Matrix(buffer, 5, rows, columns, columns + gap);
        Backend.Upload(values, matrix);
        return matrix;
    }

    public FrozenMatrix Frozen(float[] values, int outputs, int inputs, bool transposed, StorageType storage) =>
        Own(Backend.Freeze(values, outputs, inputs, transposed, storage));

    public float[] Read(Matrix matrix)
    {
        var values = new float[matrix.Count];
        Backend.Read(matrix, values);
        return values;
    }

    /// <summary>The left operand of a frozen product as the kernels in use take it: rounded to bfloat16 where both are.</summary>
    public float[] AsMultiplied(float[] values) => Backend.KernelSet.EndsWith(KernelSets.OneDnn, StringComparison.Ordinal) ? Array.ConvertAll(values, BFloat16.Round) : values;

    /// <summary>The whole buffer: what stands in the gaps must stay.</summary>
    public float[] ReadAll(Matrix matrix) => Read(matrix.Buffer.AsMatrix(1, (int)matrix.Buffer.Length));

    public void Dispose()
    {
        owned.ForEach(item => item.Dispose());
        Backend.Dispose();
    }

    private T Own<T>(T item)
        where T : IDisposable
    {
        owned.Add(item);
        return item;
    }
}
