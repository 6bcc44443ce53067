using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Federation.Results;
using Tributary.Numerics;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>What a comparison was asked for, to go on with it.</summary>
/// <param name="File">The comparison's file, absolute.</param>
/// <param name="Methods">The methods as the command line names them.</param>
/// <param name="Seeds">One number of seeds for all; null is the file's.</param>
public sealed record ComparisonOrigin(string File, string Methods, int? Seeds);

/// <summary>
/// Several methods on the same data, model and budget, data set by data set and seed by seed, with the baselines of each trained once. Every run is a folder that is whole, or
/// goes on where it stopped: stopped anywhere and started again over the same folder, a comparison comes to the same result.
/// </summary>
public sealed class ComparisonStudy(Comparison comparison, IReadOnlyList<Method> methods, ComparisonFolder folder, IRunPlayer player, TimeProvider time)
{
    /// <summary>What the table calls the model before training.</summary>
    public const string Untrained = "untrained";

    // Baselines are always there.
    private readonly Method[] compared = [.. methods.Where(method => method.Paper is not null)];

    /// <summary>Runs of all methods on each data set, one more with each seed for its baselines.</summary>
    public int RunsOfEach => Enumerable.Range(0, MostSeeds).Sum(shift => Of(shift).Count + 1);

    private int MostSeeds => compared.Select(method => comparison.SeedsOf(method.Id)).DefaultIfEmpty(comparison.Seeds).Max();

    /// <summary>Notes in the folder what was asked for.</summary>
    /// <exception cref="RunException">It cannot be written.</exception>
    public static void Store(ComparisonFolder folder, ComparisonOrigin origin) =>
        AtomicFile.WriteText(folder.Origin, JsonSerializer.Serialize(origin, CompareJson.Default.ComparisonOrigin));

    /// <summary>What a folder's comparison was asked for.</summary>
    /// <exception cref="InputException">The note is damaged.</exception>
    public static ComparisonOrigin Load(ComparisonFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(folder.Origin), CompareJson.Default.ComparisonOrigin) ?? throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder.Root} holds no comparison that can go on: {folder.Origin} is missing or damaged", error);
        }
    }

    /// <summary>Runs to the end and writes the result document.</summary>
    /// <exception cref="InputException">Model or data are missing or damaged, or the folder holds another comparison's runs.</exception>
    /// <exception cref="RunException">The disk is full.</exception>
    public async Task<ComparisonResult> RunAsync(IComparisonProgress progress, CancellationToken cancel)
    {
        var data = new List<ComparedData>();
        var rows = new List<ComparedRun>();
        var parts = (from experiment in comparison.Experiments from shift in Enumerable.Range(0, MostSeeds) select (experiment.Key, experiment.Value, shift)).ToArray();
        foreach (var (name, file, shift) in parts)
        {
            cancel.ThrowIfCancellationRequested();
            new ExperimentRuns(name, file, shift, folder, player, time, progress).Check();
        }

        foreach (var (name, file, shift) in parts)
        {
            var (about, own) = await new ExperimentRuns(name, file, shift, folder, player, time, progress).RunAsync(Of(shift), cancel).ConfigureAwait(false);
            rows.AddRange(own);
            if (shift == 0)
            {
                data.Add(about);
            }
        }

        var result = Result(data, rows);
        AtomicFile.Write(folder.Result, stream => JsonSerializer.Serialize(stream, result, ResultsJson.Default.ComparisonResult));
        return result;
    }

    private IReadOnlyList<Method> Of(int shift) => [.. compared.Where(method => shift < comparison.SeedsOf(method.Id))];

    private ComparisonResult Result(IReadOnlyList<ComparedData> data, IReadOnlyList<ComparedRun> rows)
    {
        string[] order = [Untrained, Catalogue.LocalOnly.Id, Catalogue.Pooled.Id, .. compared.Select(method => method.Id)];
        var others = data.SelectMany(about => folder.WholeMethods(about.Name)).Where(id => Catalogue.All.Any(method => method.Id == id)).Except(order, StringComparer.Ordinal).ToArray();
        ComparedRun[] sorted = [.. data.SelectMany(about => order.SelectMany(id => rows.Where(row => row.Data == about.Name && row.Method == id).OrderBy(row => row.Seed)))];
        return new ComparisonResult
        {
            ToolVersion = ToolVersion.Current,
            Name = comparison.Name,
            Data = data,
            Rows = sorted,
            NotShown = others.Length == 0 ? null : others,
            Summary = ComparisonSummary.Of(sorted, id => compared.FirstOrDefault(method => method.Id == id)?.Basis switch
            {
                null => null,
                Basis.Verified => "verified",
                _ => "reconstruction",
            }),
        };
    }
}

/// <summary>How a comparison's own files are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, WriteIndented = true)]
[JsonSerializable(typeof(ComparisonOrigin))]
internal sealed partial class CompareJson : JsonSerializerContext;
