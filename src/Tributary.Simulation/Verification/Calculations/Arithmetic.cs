using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Simulation.Verification.Calculations;

/// <summary>A backend to calculate a fixture with, and how closely its precision can follow: relative to the largest entry of each tensor.</summary>
internal sealed class Arithmetic : IDisposable
{
    private readonly ReferenceBackend<double>? exact;
    private readonly List<DeviceBuffer> buffers = [];

    private Arithmetic(IBackend backend, ReferenceBackend<double>? exact, double relative, double relativeGradient) =>
        (Backend, this.exact, Relative, RelativeGradient) = (backend, exact, relative, relativeGradient);

    /// <summary>Where the operations run.</summary>
    public IBackend Backend { get; }

    /// <summary>Tolerance of values.</summary>
    public double Relative { get; }

    /// <summary>Tolerance of gradients.</summary>
    public double RelativeGradient { get; }

    /// <summary>The backend that training uses.</summary>
    public static Arithmetic Single() => new(FixtureBackend.Create(), null, 2e-6, 1e-5);

    /// <summary>The backend that training uses, and its naive twin in double precision, held to the given tolerance.</summary>
    public static IEnumerable<Arithmetic> Both(double double64)
    {
        yield return Single();
        var twin = new ReferenceBackend<double>();
        yield return new Arithmetic(twin, twin, double64, double64);
    }

    /// <summary>Uploads values as 1 × n.</summary>
    public Matrix Vector(double[] values)
    {
        var buffer = Backend.Allocate(Math.Max(1, values.Length));
        buffers.Add(buffer);
        var matrix = buffer.AsMatrix(1, values.Length);
        if (exact is null)
        {
            Backend.Upload([.. values.Select(v => (float)v)], matrix);
        }
        else
        {
            exact.Upload(values.AsSpan(), matrix);
        }

        return matrix;
    }

    /// <summary>The values of a matrix, row after row.</summary>
    public double[] Read(Matrix matrix)
    {
        if (exact is not null)
        {
            var values = new double[matrix.Count];
            exact.Read(matrix, values.AsSpan());
            return values;
        }

        var singles = new float[matrix.Count];
        Backend.Read(matrix, singles);
        return [.. singles.Select(v => (double)v)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        buffers.ForEach(b => b.Dispose());
        Backend.Dispose();
    }
}
