using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Frozen;

namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>
/// Panels of Wᵀ from the one packed copy of W: here k runs over W's outputs and the columns are its inputs. A piece of a packed panel, [inputs, outputs], is transposed
/// into the block. Blocks of k must begin where a packed panel begins.
/// </summary>
internal readonly unsafe struct FrozenTransposedPanels<V>(CpuFrozenMatrix weight, PanelLayout layout) : IPanels
    where V : struct, ILanes<V>
{
    private const int Line = 64 / sizeof(float);

    public PanelLayout Layout { get; } = layout;

    public long ScratchFloats(int k) => (long)(k + weight.Layout.PanelWidth) * Layout.PanelWidth;

    public byte* Block(int panel, int k0, int k, int rows, float* scratch, out nint step, out bool brain)
    {
        brain = false;
        int width = Layout.Width(panel), valid = Layout.Valid(panel), packed = weight.Layout.PanelWidth, input = panel * Layout.PanelWidth;
        step = width;
        if (valid < width)
        {
            new Span<float>(scratch, k * width).Clear();
        }

        var widened = scratch + ((nint)k * Layout.PanelWidth);
        for (var done = 0; done < k; done += packed)
        {
            var from = (k0 + done) / packed;
            var piece = weight.Storage == StorageType.F32 ? (float*)weight.At(from, input) : widened;
            if (piece == widened)
            {
                PanelRows<V>.Read(weight, from, input, valid, widened);
            }

            else
            {
                PrefetchNext(piece + ((nint)valid * weight.Layout.Width(from)), valid * weight.Layout.Width(from));
            }

            Transposition.Run(piece, weight.Layout.Width(from), valid, Math.Min(packed, k - done), scratch + ((nint)done * width), width);
        }

        return (byte*)scratch;
    }

    // The next panel's piece lies behind this one, beyond what hardware prefetchers see of a page.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchNext(float* piece, int count)
    {
        for (var i = 0; Sse.IsSupported && i < count; i += Line)
        {
            Sse.Prefetch1(piece + i);
        }
    }
}
