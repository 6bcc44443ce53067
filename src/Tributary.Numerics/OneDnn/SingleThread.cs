using System.Runtime.InteropServices;

namespace Tributary.Numerics.OneDnn;

/// <summary>
/// Makes what oneDNN plans on this thread run on the thread that calls it: the backend's own team cuts the work, so that cuts follow from shapes alone. The number is an
/// OpenMP setting of each thread; whichever OpenMP the library was linked with is found through it.
/// </summary>
internal readonly unsafe ref struct SingleThread
{
    private static readonly delegate* unmanaged<int, void> Set;
    private static readonly delegate* unmanaged<int> Get;
    private readonly int before;

    static SingleThread()
    {
        var library = NativeLibrary.Load(Functions.Library, typeof(Functions).Assembly, null);
        Set = NativeLibrary.TryGetExport(library, "omp_set_num_threads", out var set) ? (delegate* unmanaged<int, void>)set : null;
        Get = NativeLibrary.TryGetExport(library, "omp_get_max_threads", out var get) ? (delegate* unmanaged<int>)get : null;
    }

    private SingleThread(int before) => this.before = before;

    /// <summary>True where the library has one thread by itself, or can be told to use one.</summary>
    public static bool IsPossible => Functions.Version()->ProcessorRuntime switch
    {
        Functions.Sequential => true,
        Functions.OpenMp => Set != null && Get != null,
        _ => false,
    };

    /// <summary>Holds until disposed.</summary>
    public static SingleThread Begin()
    {
        if (Set == null)
        {
            return default;
        }

        var before = Get();
        Set(1);
        return new SingleThread(before);
    }

    public void Dispose()
    {
        if (before > 0)
        {
            Set(before);
        }
    }
}
