using System.Runtime.InteropServices;
using SQLitePCL;

namespace Tributary.Coordinator.Store;

/// <summary>Which SQLite is used: the one of the system where there is one, for it gets security updates; else the one that comes with the program.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Chosen = new(Choose);

    /// <summary>Call before the first connection.</summary>
    public static void Prepare() => _ = Chosen.Value;

    private static bool Choose()
    {
        NativeLibrary.SetDllImportResolver(
            typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : IntPtr.Zero);
        Batteries_V2.Init();
        return true;
    }
}
