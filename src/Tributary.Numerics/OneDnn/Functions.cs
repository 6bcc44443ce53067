using System.Runtime.InteropServices;

namespace Tributary.Numerics.OneDnn;

/// <summary>
/// What a matrix product needs of oneDNN's C interface in its second major version (oneDNN 2.6, "C API"; values from its public headers). Descriptors are opaque: they
/// live in blocks that are larger than any 2.x version makes them. Every function but <see cref="Version"/> and <see cref="DescriptorSize"/> returns a status, 0 for success.
/// </summary>
internal static unsafe partial class Functions
{
    /// <summary>The file's name, found where the system keeps its libraries.</summary>
    public const string Library = "libdnnl.so.2";

    public const int DescriptorBytes = 1024, OperationBytes = 8192;

    public const int Processor = 1, InOrder = 1, UserScratchpad = 1;

    public const int BFloat16 = 2, Single = 3;

    public const int RowMajor = 3, Pairs16 = 377, Pairs32 = 378, Pairs48 = 379, Pairs64 = 380;

    public const int QueryImplementation = 8, QueryScratchpad = 136;

    public const int Source = 1, Weights = 33, Destination = 17, Scratchpad = 80;

    public const uint Sequential = 1, OpenMp = 2;

    [LibraryImport(Library, EntryPoint = "dnnl_version")]
    public static partial VersionInfo* Version();

    [LibraryImport(Library, EntryPoint = "dnnl_engine_create")]
    public static partial int CreateEngine(out nint engine, int kind, nuint index);

    [LibraryImport(Library, EntryPoint = "dnnl_stream_create")]
    public static partial int CreateStream(out nint stream, nint engine, uint flags);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_init_by_tag")]
    public static partial int Describe(byte* descriptor, int dimensions, long* sizes, int type, int layout);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_get_size")]
    public static partial nuint DescriptorSize(byte* descriptor);

    [LibraryImport(Library, EntryPoint = "dnnl_matmul_desc_init")]
    public static partial int DescribeProduct(byte* operation, byte* source, byte* weights, byte* bias, byte* destination);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_attr_create")]
    public static partial int CreateAttributes(out nint attributes);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_attr_set_scratchpad_mode")]
    public static partial int SetScratchpad(nint attributes, int mode);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_attr_destroy")]
    public static partial int DestroyAttributes(nint attributes);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_create")]
    public static partial int Plan(out nint plan, byte* operation, nint attributes, nint engine, nint hint);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_query")]
    public static partial int Query(nint plan, int what, int index, out nint result);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_query_md")]
    public static partial byte* QueryDescriptor(nint plan, int what, int index);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_destroy")]
    public static partial int DestroyPlan(nint plan);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_create")]
    public static partial int Create(out nint primitive, nint plan);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_create")]
    public static partial int CreateMemory(out nint memory, byte* descriptor, nint engine, void* data);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_set_data_handle")]
    public static partial int SetData(nint memory, void* data);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_execute")]
    public static partial int Execute(nint primitive, nint stream, int count, Argument* arguments);

    /// <summary>dnnl_version_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct VersionInfo
    {
        public readonly int Major;
        public readonly int Minor;
        public readonly int Patch;
        public readonly nint Hash;
        public readonly uint ProcessorRuntime;
        public readonly uint GraphicsRuntime;
    }

    /// <summary>dnnl_exec_arg_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Argument(int name, nint memory)
    {
        public readonly int Name = name;
        public readonly nint Memory = memory;
    }
}
