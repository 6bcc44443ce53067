using Tributary.Numerics.Cpu;
using Tributary.Numerics.Cpu.Memory;

namespace Tributary.Numerics.Tests.Cpu.Memory;

public sealed unsafe class CpuBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(1 << 20)]
    public void A_new_buffer_is_zero_and_aligned(int elements)
    {
        using var buffer = new CpuBuffer(elements);
        var data = CpuBuffer.PointerTo(buffer.AsMatrix(1, elements));
        ((nuint)data % 64).ShouldBe((nuint)0);
        new ReadOnlySpan<float>(data, elements).IndexOfAnyExcept(0f).ShouldBe(-1);
    }

    [Fact]
    public void An_untouched_buffer_costs_no_resident_memory()
    {
        var before = Environment.WorkingSet;
        using var buffer = new CpuBuffer(1L << 30);
        (Environment.WorkingSet - before).ShouldBeLessThan(256L << 20);
    }

    [Fact]
    public void A_window_outside_the_buffer_is_refused()
    {
        using var buffer = new CpuBuffer(12);
        Should.Throw<ArgumentException>(() => { CpuBuffer.PointerTo(new Matrix(buffer, 1, 3, 4, 4)); });
        Should.Throw<ArgumentException>(() => { CpuBuffer.PointerTo(new Matrix(buffer, -1, 1, 4, 4)); });
        Should.Throw<ArgumentException>(() => { CpuBuffer.PointerTo(new Matrix(buffer, 0, 3, 4, 3)); });
    }

    [Fact]
    public void A_disposed_buffer_is_refused()
    {
        var buffer = new CpuBuffer(4);
        buffer.Dispose();
        buffer.Dispose();
        Should.Throw<ObjectDisposedException>(() => { CpuBuffer.PointerTo(buffer.AsMatrix(2, 2)); });
    }

    [Fact]
    public void Upload_and_read_respect_the_stride()
    {
        using var backend = new CpuBackend(1);
        using var buffer = backend.Allocate(12);
        var window = new Matrix(buffer, 1, 2, 3, 5);
        backend.Upload([1, 2, 3, 4, 5, 6], window);
        var values = new float[12];
        backend.Read(buffer.AsMatrix(1, 12), values);
        values.ShouldBe([0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0]);
        var back = new float[6];
        backend.Read(window, back);
        back.ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void Scratch_frames_nest_and_give_back()
    {
        float* first;
        using (var outer = Scratch.Open())
        {
            first = outer.Take(100);
            using var inner = Scratch.Open();
            var big = inner.Take(1 << 20);
            big[(1 << 20) - 1] = 1;
            (big != first).ShouldBeTrue();
        }

        using var again = Scratch.Open();
        (again.Take(100) == first).ShouldBeTrue();
    }
}
