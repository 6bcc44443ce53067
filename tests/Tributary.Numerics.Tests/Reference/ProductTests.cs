using MathNet.Numerics.LinearAlgebra;
using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Reference;

public sealed class ProductTests
{
    private readonly Host _host = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Gemm_is_the_matrix_product(bool transposeA, bool transposeB)
    {
        var (a, b, c) = (Host.Normals(1, 12), Host.Normals(2, 20), Host.Normals(3, 15));
        var left = Matrix<double>.Build.DenseOfRowMajor(transposeA ? 4 : 3, transposeA ? 3 : 4, a);
        var right = Matrix<double>.Build.DenseOfRowMajor(transposeB ? 5 : 4, transposeB ? 4 : 5, b);
        var result = Matrix<double>.Build.DenseOfRowMajor(3, 5, c);
        var expected = (0.5 * (transposeA ? left.Transpose() : left) * (transposeB ? right.Transpose() : right)) + (2 * result);
        var target = _host.Up(c, 3);
        _host.Backend.Gemm(_host.Up(a, transposeA ? 4 : 3), transposeA, _host.Up(b, transposeB ? 5 : 4), transposeB, target, 0.5f, 2);
        Differences.Close(_host.Down(target), expected.ToRowMajorArray(), "product", 1e-14);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frozen_products_are_gemm_with_the_weight(bool transposed)
    {
        var (x, w, bias) = (Host.Normals(1, 6), Host.Normals(2, 12), Host.Normals(3, 4));
        var weight = Matrix<double>.Build.DenseOfRowMajor(transposed ? 3 : 4, transposed ? 4 : 3, w);
        weight = transposed ? weight.Transpose() : weight;
        using var frozen = _host.Backend.Freeze(w, 4, 3, transposed, StorageType.F32);
        (frozen.Outputs, frozen.Inputs, frozen.Bytes).ShouldBe((4, 3, 96));
        var input = Matrix<double>.Build.DenseOfRowMajor(2, 3, x);
        var (y, back) = (_host.Zeros(2, 4), _host.Zeros(2, 3));
        _host.Backend.Multiply(_host.Up(x, 2), frozen, _host.Up(bias, 1), y);
        var forward = input * weight.Transpose();
        var withBias = forward + Matrix<double>.Build.Dense(2, 4, (_, c) => bias[c]);
        Differences.Close(_host.Down(y), withBias.ToRowMajorArray(), "y", 1e-14);
        _host.Backend.MultiplyTransposed(y, frozen, back);
        Differences.Close(_host.Down(back), (withBias * weight).ToRowMajorArray(), "dx", 1e-14);
    }

    [Fact]
    public void With_beta_zero_the_target_is_not_read()
    {
        var target = _host.Up([double.NaN], 1);
        _host.Backend.Gemm(_host.Up([2], 1), false, _host.Up([3], 1), false, target);
        _host.Down(target).ShouldBe([6]);
    }

    [Fact]
    public void Weight_frozen_as_bf16_is_rounded()
    {
        var backend = new ReferenceBackend<float>();
        using var frozen = backend.Freeze([1.00390625f, 3.14159274f], 2, 1, false, StorageType.BF16);
        var row = backend.Allocate(2).AsMatrix(2, 1);
        backend.Gather(frozen, [1, 0], row);
        var values = new float[2];
        backend.Read(row, values);
        values.ShouldBe([3.140625f, 1f]);
        backend.KernelSet.ShouldBe("reference-f32");
    }

    [Fact]
    public void Wrong_inner_dimension_is_refused() =>
        Should.Throw<ArgumentException>(() => _host.Backend.Gemm(_host.Zeros(2, 3), false, _host.Zeros(4, 5), false, _host.Zeros(2, 5)))
            .Message.ShouldContain("b is 4×5, expected 3×5");

    [Fact]
    public void Window_beyond_its_buffer_is_refused() =>
        Should.Throw<ArgumentException>(() => _host.Backend.Fill(_host.Zeros(2, 3).RowRange(1, 2), 1)).Message.ShouldContain("does not lie inside");

    [Fact]
    public void Buffer_of_another_precision_is_refused() =>
        Should.Throw<ArgumentException>(() => _host.Backend.Fill(new ReferenceBackend<float>().Allocate(1).AsMatrix(1, 1), 1))
            .Message.ShouldContain("another backend");
}
