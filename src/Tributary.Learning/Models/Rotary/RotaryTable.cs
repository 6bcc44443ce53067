using Tributary.Numerics;

namespace Tributary.Learning.Models.Rotary;

/// <summary>Cosines and sines by position, [positions, width / 2]: rotary embedding (Su et al. 2021) with a context's frequencies.</summary>
/// <param name="backend">Where the tables live.</param>
/// <param name="positions">Positions of the model: what the tables may grow to.</param>
/// <param name="width">Columns of a head that are rotated; even.</param>
/// <param name="frequencies">Their base and scaling.</param>
internal sealed class RotaryTable(IBackend backend, int positions, int width, RotaryFrequencies frequencies) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<Tables> made = [];

    /// <summary>Tables of at least the first <paramref name="count"/> positions. They grow in powers of two, since contexts may be far longer than the texts; older ones stay valid.</summary>
    public Tables For(int count)
    {
        lock (gate)
        {
            if (made.Count == 0 || made[^1].Cos.Rows < count)
            {
                made.Add(Make((int)Math.Min(positions, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 256)))));
            }

            return made[^1];
        }
    }

    public void Dispose()
    {
        foreach (var tables in made)
        {
            tables.Cos.Buffer.Dispose();
            tables.Sin.Buffer.Dispose();
        }
    }

    private Tables Make(int count)
    {
        var half = width / 2;
        var (cos, sin) = (new float[checked(count * half)], new float[checked(count * half)]);
        for (var i = 0; i < half; i++)
        {
            var frequency = frequencies.At(i, width);
            for (var position = 0; position < count; position++)
            {
                // The angle is rounded to single precision as in the reference implementation.
                double angle = position * frequency;
                cos[(position * half) + i] = (float)Math.Cos(angle);
                sin[(position * half) + i] = (float)Math.Sin(angle);
            }
        }

        return new Tables(Upload(cos, count), Upload(sin, count));
    }

    private Matrix Upload(float[] values, int count)
    {
        var matrix = backend.Allocate(values.Length).AsMatrix(count, width / 2);
        backend.Upload(values, matrix);
        return matrix;
    }

    /// <summary>One pair of tables.</summary>
    internal sealed record Tables(Matrix Cos, Matrix Sin);
}
