using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Tests.Models;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Tests;

namespace Tributary.Learning.Tests.FrozenLayers;

public sealed class ActivationStoreTests : IDisposable
{
    private const int Width = 16;
    private const int Tokens = 5;
    private const long Bytes = Tokens * Width * sizeof(float);
    private readonly TemporaryFolder folder = new();
    private readonly CpuBackend backend = new(1);
    private readonly LanguageModel model;
    private readonly float[] room = new float[2 * Width];

    public ActivationStoreTests() => model = TinyModels.Build(TinyModels.Gpt2, backend);

    [Fact]
    public void Rows_come_back_bit_by_bit_from_memory_and_from_disk()
    {
        using var store = new ActivationStore(model, folder.PathOf("deep/scratch"), new ActivationLimits(2 * Bytes, 3 * Bytes));
        for (ulong key = 0; key < 8; key++)
        {
            Add(store, key);
        }

        store.MemoryBytes.ShouldBe(2 * Bytes);
        store.DiskBytes.ShouldBe(3 * Bytes, "what finds no room is not kept");
        for (ulong key = 0; key < 5; key++)
        {
            Read(store, key).ShouldBe(Values(key));
        }

        Read(store, 5).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(14_000_000, 0)]
    [InlineData(1_000_000_010, 5)]
    [InlineData(11_000_000_000, 5_000_000_000)]
    public void A_scratch_file_leaves_the_run_a_gigabyte_and_half_of_the_rest(long free, long share) => ActivationLimits.ShareOf(free).ShouldBe(share);

    [Fact]
    public void What_is_there_already_takes_no_more_room()
    {
        using var store = new ActivationStore(model, folder.PathOf("scratch"), new ActivationLimits(Bytes, Bytes));
        Add(store, 1);
        Add(store, 1);
        store.MemoryBytes.ShouldBe(Bytes);
        store.DiskBytes.ShouldBe(0);
    }

    [Fact]
    public void The_scratch_file_has_no_name_that_a_killed_process_could_leave_behind()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There the system removes it when the process ends.
        }

        using var store = new ActivationStore(model, folder.PathOf("scratch"), new ActivationLimits(0, long.MaxValue));
        Add(store, 1);
        store.DiskBytes.ShouldBe(Bytes);
        Directory.EnumerateFileSystemEntries(folder.Root).ShouldBeEmpty();
        Read(store, 1).ShouldBe(Values(1));
    }

    [Fact]
    public void A_disk_that_cannot_be_written_costs_only_the_reuse()
    {
        folder.Write("file", "");
        using var store = new ActivationStore(model, folder.PathOf("file/scratch"), new ActivationLimits(Bytes, long.MaxValue));
        Add(store, 1);
        Add(store, 2);
        Read(store, 1).ShouldBe(Values(1));
        Read(store, 2).ShouldBeNull();
        store.DiskBytes.ShouldBe(0);
    }

    public void Dispose()
    {
        model.Dispose();
        backend.Dispose();
        folder.Dispose();
    }

    private static float[] Values(ulong key) => [.. Enumerable.Range(0, Tokens * Width).Select(i => (float)Math.Sin(i + (1000.0 * key)))];

    private void Add(ActivationStore store, ulong key)
    {
        using var buffer = backend.Allocate(Tokens * Width);
        var rows = buffer.AsMatrix(Tokens, Width);
        backend.Upload(Values(key), rows);
        store.Add(new SequenceKey(key, 0, 0, 0), rows, room);
    }

    private float[]? Read(ActivationStore store, ulong key)
    {
        using var buffer = backend.Allocate(Tokens * Width);
        var rows = buffer.AsMatrix(Tokens, Width);
        var values = new float[Tokens * Width];
        if (!store.TryRead(new SequenceKey(key, 0, 0, 0), rows, room))
        {
            return null;
        }

        backend.Read(rows, values);
        return values;
    }
}
