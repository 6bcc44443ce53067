using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>Adds every gradient to the parameter's own.</summary>
public sealed class AccumulatingSink(IBackend backend) : IGradientSink
{
    /// <inheritdoc/>
    public void Product(Parameter parameter, Matrix left, Matrix right, float scale) =>
        backend.Gemm(left, true, right, false, parameter.Gradient, scale, 1);

    /// <inheritdoc/>
    public void SumRows(Parameter parameter, Matrix dy) => backend.SumRows(dy, parameter.Gradient);

    /// <inheritdoc/>
    public void SumRowProducts(Parameter parameter, Matrix x, Matrix dy) =>
        backend.SumRowProducts(x, dy, parameter.Gradient.Reshape(1, (int)parameter.Gradient.Count));

    /// <inheritdoc/>
    public void Segments(Parameter parameter, Matrix perSegment) => backend.SumRows(perSegment, parameter.Gradient.Reshape(1, perSegment.Columns));

    /// <inheritdoc/>
    public void NormGain(Parameter parameter, NormKind kind, Matrix x, Matrix stats, Matrix dy) =>
        backend.NormGainGradient(kind, x, stats, dy, parameter.Gradient);

    /// <inheritdoc/>
    public void Rows(Parameter parameter, ReadOnlySpan<int> ids, Matrix dy, int skip, float scale) =>
        backend.ScatterAdd(dy, ids, parameter.Gradient, skip, scale);

    /// <inheritdoc/>
    public void Columns(Parameter parameter, ReadOnlySpan<int> ids, Matrix dy, float scale)
    {
        // A column of a row-major matrix is not a window: scatter into the transpose, then add it transposed through an identity.
        var rows = parameter.Value.Rows;
        using var transposed = backend.Allocate(parameter.Value.Count);
        using var identity = Identity(rows);
        var scattered = transposed.AsMatrix(parameter.Value.Columns, rows);
        backend.ScatterAdd(dy, ids, scattered, -1, scale);
        backend.Gemm(identity.AsMatrix(rows, rows), false, scattered, true, parameter.Gradient, 1, 1);
    }

    private DeviceBuffer Identity(int size)
    {
        var values = new float[size * size];
        for (var i = 0; i < size; i++)
        {
            values[(i * size) + i] = 1;
        }

        var buffer = backend.Allocate(values.Length);
        backend.Upload(values, buffer.AsMatrix(size, size));
        return buffer;
    }
}
