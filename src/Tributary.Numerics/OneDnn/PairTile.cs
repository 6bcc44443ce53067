using System.Runtime.InteropServices;

namespace Tributary.Numerics.OneDnn;

/// <summary>
/// One product of fixed sizes, planned once for the process: sums = a · b, where a is bfloat16 [rows, depth], b bfloat16 [depth / 2, columns, 2] and sums single
/// [rows, columns], all without gaps. Safe for any number of threads at once. What it holds of the library lives as long as the process.
/// </summary>
internal sealed unsafe class PairTile
{
    private readonly nint engine, primitive;
    private readonly byte[] source, weights, destination;
    private readonly byte* scratchpad;
    private readonly Stack<PairCall> idle = new();
    private SpinLock gate = new(enableThreadOwnerTracking: false); // a lock that somebody waits for would allocate

    /// <summary>Plans a product of at least one row, 16, 32, 48 or 64 columns, and a depth that is a multiple of 32.</summary>
    /// <exception cref="RunException">The library refuses, or has no blocked kernel for it.</exception>
    public PairTile(nint engine, int rows, int columns, int depth)
    {
        this.engine = engine;
        source = Describe(rows, depth, Functions.BFloat16, Functions.RowMajor);
        weights = Describe(depth, columns, Functions.BFloat16, Layout(columns));
        destination = Describe(rows, columns, Functions.Single, Functions.RowMajor);
        using var alone = SingleThread.Begin();
        var plan = Plan();
        Check(Functions.Query(plan, Functions.QueryImplementation, 0, out var name));
        if (Marshal.PtrToStringUTF8(name)?.StartsWith("brg", StringComparison.Ordinal) != true)
        {
            throw new RunException($"oneDNN has no blocked kernel for a product of {rows}×{depth} by {depth}×{columns}");
        }

        scratchpad = Functions.QueryDescriptor(plan, Functions.QueryScratchpad, 0);
        Check(Functions.Create(out primitive, plan));
        for (var core = 0; core < Environment.ProcessorCount; core++)
        {
            idle.Push(NewCall()); // not when two threads first happen to meet here, in the middle of training
        }
    }

    /// <summary>Refuses what is not success.</summary>
    public static void Check(int status)
    {
        if (status != 0)
        {
            throw new RunException($"oneDNN returned status {status}");
        }
    }

    /// <summary>Runs the product on the calling thread.</summary>
    public void Run(ushort* a, ushort* b, float* sums)
    {
        var taken = false;
        gate.Enter(ref taken);
        idle.TryPop(out var call);
        gate.Exit();
        call ??= NewCall();
        call.Run(a, b, sums);
        taken = false;
        gate.Enter(ref taken);
        idle.Push(call);
        gate.Exit();
    }

    private PairCall NewCall() => new(engine, primitive, source, weights, destination, scratchpad);

    private static int Layout(int columns) => columns switch
    {
        16 => Functions.Pairs16,
        32 => Functions.Pairs32,
        48 => Functions.Pairs48,
        64 => Functions.Pairs64,
        _ => throw new ArgumentOutOfRangeException(nameof(columns), columns, "not the width of a tile"),
    };

    private static byte[] Describe(int rows, int columns, int type, int layout)
    {
        var descriptor = new byte[Functions.DescriptorBytes];
        var sizes = stackalloc long[] { rows, columns };
        fixed (byte* d = descriptor)
        {
            Check(Functions.Describe(d, 2, sizes, type, layout));
        }

        return descriptor;
    }

    private nint Plan()
    {
        Check(Functions.CreateAttributes(out var attributes));
        var operation = new byte[Functions.OperationBytes];
        try
        {
            Check(Functions.SetScratchpad(attributes, Functions.UserScratchpad));
            fixed (byte* o = operation, s = source, w = weights, d = destination)
            {
                Check(Functions.DescribeProduct(o, s, w, null, d));
                Check(Functions.Plan(out var plan, o, attributes, engine, 0));
                return plan;
            }
        }
        finally
        {
            _ = Functions.DestroyAttributes(attributes);
        }
    }
}
