using Tributary.Numerics;

namespace Tributary.Learning.Models.Llama;

/// <summary>Cosines and sines by position, [positions, width / 2], made on first use.</summary>
internal sealed class RotaryTable(IBackend backend, int positions, int headWidth, float theta, RopeScaling? scaling) : IDisposable
{
    private readonly Lazy<(Matrix Cos, Matrix Sin)> tables = new(() =>
    {
        var half = headWidth / 2;
        var (cos, sin) = (new float[positions * half], new float[positions * half]);
        for (var i = 0; i < half; i++)
        {
            var frequency = (float)(1 / Math.Pow(theta, 2.0 * i / headWidth));
            frequency = scaling?.Apply(frequency) ?? frequency;
            for (var position = 0; position < positions; position++)
            {
                // The angle is rounded to single precision as in the reference implementation.
                double angle = position * frequency;
                cos[(position * half) + i] = (float)Math.Cos(angle);
                sin[(position * half) + i] = (float)Math.Sin(angle);
            }
        }

        var (cosMatrix, sinMatrix) = (backend.Allocate(cos.Length).AsMatrix(positions, half), backend.Allocate(sin.Length).AsMatrix(positions, half));
        backend.Upload(cos, cosMatrix);
        backend.Upload(sin, sinMatrix);
        return (cosMatrix, sinMatrix);
    });

    public Matrix Cos => tables.Value.Cos;

    public Matrix Sin => tables.Value.Sin;

    public void Dispose()
    {
        if (tables.IsValueCreated)
        {
            Cos.Buffer.Dispose();
            Sin.Buffer.Dispose();
        }
    }
}
