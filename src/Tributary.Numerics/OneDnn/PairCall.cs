using System.Runtime.InteropServices;

namespace Tributary.Numerics.OneDnn;

/// <summary>The handles with which one thread at a time runs a <see cref="PairTile"/>. They live as long as the process, as tiles do.</summary>
internal sealed unsafe class PairCall
{
    private readonly nint primitive, stream, source, weights, destination;
    private readonly Functions.Argument* arguments;

    public PairCall(nint engine, nint primitive, byte[] source, byte[] weights, byte[] destination, byte* scratchpad)
    {
        this.primitive = primitive;
        PairTile.Check(Functions.CreateStream(out stream, engine, Functions.InOrder));
        this.source = Memory(engine, source);
        this.weights = Memory(engine, weights);
        this.destination = Memory(engine, destination);
        arguments = (Functions.Argument*)NativeMemory.Alloc(4, (nuint)sizeof(Functions.Argument));
        arguments[0] = new(Functions.Source, this.source);
        arguments[1] = new(Functions.Weights, this.weights);
        arguments[2] = new(Functions.Destination, this.destination);
        var work = NativeMemory.AlignedAlloc(Math.Max(Functions.DescriptorSize(scratchpad), 1), 64);
        PairTile.Check(Functions.CreateMemory(out var scratch, scratchpad, engine, work));
        arguments[3] = new(Functions.Scratchpad, scratch);
    }

    public void Run(ushort* a, ushort* b, float* sums)
    {
        var status = Functions.SetData(source, a) | Functions.SetData(weights, b) | Functions.SetData(destination, sums);
        PairTile.Check(status != 0 ? status : Functions.Execute(primitive, stream, 4, arguments));
    }

    private static nint Memory(nint engine, byte[] descriptor)
    {
        fixed (byte* d = descriptor)
        {
            PairTile.Check(Functions.CreateMemory(out var memory, d, engine, null));
            return memory;
        }
    }
}
