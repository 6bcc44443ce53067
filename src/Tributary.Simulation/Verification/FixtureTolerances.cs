using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification;

/// <summary>The file <c>tolerances.json</c> beside a fixture: an absolute tolerance per tensor, and those for parameters after optimizer steps.</summary>
internal sealed class FixtureTolerances
{
    private readonly JsonElement root;
    private readonly string path;

    private FixtureTolerances(string path) => (this.path, root) = (path, FixtureJson.Load(path));

    /// <summary>For parameters after the steps, where the result does not hinge on rounding noise.</summary>
    public double AfterWhereSound => After("atol_where_ok", 2e-6);

    /// <summary>For parameters after <paramref name="steps"/> steps where the true gradient is nearly zero.</summary>
    public double AfterElsewhere(int steps) => After("atol_elsewhere", 2.1e-3 * steps);

    /// <summary>Reads the file of a fixture folder.</summary>
    public static FixtureTolerances Load(string folder) => new(Path.Combine(folder, "tolerances.json"));

    /// <summary>The absolute tolerance of a tensor.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public double Of(string tensor) => OrNull(tensor) ?? throw new InputException($"{path} has no atol for {tensor}");

    /// <summary>The absolute tolerance of a tensor, or of the one it stands for when it has none of its own.</summary>
    public double Of(string tensor, string otherwise) => OrNull(tensor) ?? Of(otherwise);

    private double? OrNull(string tensor) => root.Find(tensor)?.Find("atol")?.GetDouble();

    private double After(string key, double fallback) => root.Find("after.*")?.Number(key, fallback) ?? fallback;
}
