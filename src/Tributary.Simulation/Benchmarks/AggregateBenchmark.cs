using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Benchmarks;
using Tributary.Numerics.Random;

namespace Tributary.Simulation.Benchmarks;

/// <summary>What joining updates costs.</summary>
/// <param name="Clients">Number of updates.</param>
/// <param name="Parameters">Parameters of each.</param>
/// <param name="Seconds">Of joining them all.</param>
/// <param name="GbPerSecond">Bytes of all updates and of the result, over the median.</param>
/// <param name="Triad">GB/s of a = b + s · c, measured right after.</param>
/// <param name="PeakRssBytes">Largest resident set while joining; spooled files that are mapped count.</param>
public sealed record AggregateBenchmarkResult(int Clients, long Parameters, Spread Seconds, double GbPerSecond, Rate Triad, long PeakRssBytes)
{
    /// <summary>GB/s over the triad's.</summary>
    public double ShareOfTriad => GbPerSecond / Triad.Median;
}

/// <summary>Joins spooled updates as a round does: files in a folder, read again and again, so they come from the page cache if it holds them.</summary>
public static class AggregateBenchmark
{
    private const int Columns = 1024;
    private const int RowsPerTensor = 1024;
    private const int WarmUps = 2;
    private const int Repetitions = 9;

    /// <summary>Writes <paramref name="clients"/> updates of random values below <paramref name="folder"/> and times the weighted mean of them, on all cores.</summary>
    /// <exception cref="InputException">There is no room for the updates.</exception>
    public static AggregateBenchmarkResult Measure(int clients, long parameters, string folder, TimeProvider time, CancellationToken cancel)
    {
        var layout = LayoutOf(parameters);
        RequireRoom(folder, (clients + 1) * layout.Tensors.Sum(tensor => (double)HostTensor.Count(tensor.Shape)) * sizeof(float));
        string[] paths = [.. Enumerable.Range(0, clients).Select(client => Write(client, layout, folder, cancel))];
        var empty = ParameterSet.Empty;
        using var spool = new SpoolReader(paths, MessageSchema.Parameters(layout));
        var updates = new RoundUpdates(spool, Catalogue.FedIt, layout);
        var seconds = new List<double>();
        for (var i = 0; i < WarmUps + Repetitions; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var start = time.GetTimestamp();
            var joined = CombineRules.Join(new Combine.Factors(), updates, new UpdateWeights((k, _) => k + 1), empty, isDelta: true);
            seconds.Add(time.GetElapsedTime(start).TotalSeconds);
            parameters = joined.Model.Elements;
        }

        var peak = Memory.PeakRssBytes();
        var spread = Spread.OfTimes([.. seconds.Skip(WarmUps)]);
        return new(clients, parameters, spread, (clients + 1) * parameters * sizeof(float) / spread.Median / 1e9, MemoryBenchmark.Run(0, time).Triad, peak);
    }

    private static TensorLayout LayoutOf(long parameters)
    {
        var rows = (parameters + Columns - 1) / Columns;
        var tensors = Enumerable.Range(0, (int)((rows + RowsPerTensor - 1) / RowsPerTensor));
        return new(tensors.Select(i => (new TensorKey("main", "default", i, "lora_A", $"layer.{i}.weight"), new[] { (int)Math.Min(RowsPerTensor, rows - ((long)i * RowsPerTensor)), Columns })));
    }

    private static string Write(int client, TensorLayout layout, string folder, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var path = Path.Combine(folder, $"{client:D5}.safetensors");
        var philox = new Philox((ulong)client);
        var set = new ParameterSet(layout.Tensors.Select((tensor, i) =>
        {
            var made = HostTensor.Zeros(tensor.Key, tensor.Shape);
            philox.FillNormal((ulong)i, made.Values);
            return made;
        }));
        MessageFile.Write(path, MessageBody.Empty.WithSection(MessageBody.Parameters, set));
        return path;
    }

    private static void RequireRoom(string folder, double bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (bytes > 0.9 * free)
        {
            throw new InputException($"{folder} has {free / 1e9:0.0} GB free and the updates take {bytes / 1e9:0.0} GB; ask for fewer clients or parameters");
        }
    }
}
