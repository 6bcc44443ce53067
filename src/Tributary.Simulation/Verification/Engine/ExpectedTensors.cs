using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>The expected tensors of one file, compared with what the engine gives.</summary>
internal sealed class ExpectedTensors : IDisposable
{
    private readonly SafetensorsFile file;
    private readonly FixtureReport report;

    private ExpectedTensors(SafetensorsFile file, FixtureReport report) => (this.file, this.report) = (file, report);

    /// <summary>Names of all tensors in the file.</summary>
    public IEnumerable<string> Names => file.Entries.Select(e => e.Name);

    /// <summary>Opens the file; its comparisons go to <paramref name="report"/>.</summary>
    public static ExpectedTensors Open(string path, FixtureReport report) => new(SafetensorsFile.Open(path), report);

    /// <summary>True when the file has that tensor.</summary>
    public bool Contains(string name) => file.Contains(name);

    /// <summary>Integer tensor.</summary>
    public long[] Integers(string name) => file.ReadIntegers(name);

    /// <summary>The values of a tensor.</summary>
    public float[] Values(string name) => file.ReadFloats(name);

    /// <summary>The sizes of a tensor.</summary>
    public int[] Shape(string name) => file.Entry(name).Shape;

    /// <summary>Compares every entry.</summary>
    public void Compare(string name, ReadOnlySpan<float> actual, double tolerance)
    {
        var expected = file.ReadFloats(name);
        if (!SameLength(name, expected.Length, actual.Length))
        {
            return;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            report.Compare(name, expected[i], actual[i], tolerance);
        }
    }

    /// <summary>Compares padded rows [sequences, length, width] with token rows [rows, width] at the positions that are no padding.</summary>
    public void CompareRows(string name, ReadOnlySpan<float> actual, FixtureBatch batch, double tolerance, int virtualRows = 0)
    {
        var expected = file.ReadFloats(name);
        var width = file.Entry(name).Shape[^1];
        if (!SameLength(name, (batch.Rows.Count + (batch.Count * virtualRows)) * width, actual.Length))
        {
            return;
        }

        var row = 0;
        foreach (var padded in batch.PaddedPositions(virtualRows))
        {
            for (var c = 0; padded is { } position && c < width; c++)
            {
                report.Compare(name, expected[(position * width) + c], actual[(row * width) + c], tolerance);
            }

            row++;
        }
    }

    /// <summary>Compares every <c>grad.*</c> tensor with the gradients of the same names; each side must have all of the other.</summary>
    public void CompareGradients(ParameterSet gradients, Func<TensorKey, string> nameOf, FixtureTolerances tolerances)
    {
        var byName = gradients.ToDictionary(t => "grad." + nameOf(t.Key), StringComparer.Ordinal);
        foreach (var name in Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal)))
        {
            if (Take(byName, name) is { } gradient)
            {
                Compare(name, gradient.Values, tolerances.Of(name));
            }
        }

        NoneLeft(byName);
    }

    /// <summary>Compares every <c>after.*</c> tensor: tightly where <c>ok.*</c> is one, loosely where rounding noise decides.</summary>
    public void CompareAfter(ParameterSet parameters, Func<TensorKey, string> nameOf, FixtureTolerances tolerances, int steps)
    {
        var byName = parameters.ToDictionary(t => "after." + nameOf(t.Key), StringComparer.Ordinal);
        foreach (var name in Names.Where(n => n.StartsWith("after.", StringComparison.Ordinal)))
        {
            if (Take(byName, name) is not { } tensor)
            {
                continue;
            }

            CompareWhereSound(name, tensor.Values, tolerances.AfterWhereSound, tolerances.AfterElsewhere(steps), name["after.".Length..]);
        }

        NoneLeft(byName);
    }

    /// <summary>Compares one tensor: tightly where its <c>ok.*</c> is one, loosely where rounding noise decides.</summary>
    public void CompareWhereSound(string name, float[] actual, double sound, double elsewhere, string? noteName = null)
    {
        var expected = file.ReadFloats(name);
        var note = file.ReadIntegers("ok." + (noteName ?? name));
        if (SameLength(name, expected.Length, actual.Length))
        {
            for (var i = 0; i < expected.Length; i++)
            {
                report.Compare(name, expected[i], actual[i], note[i] == 1 ? sound : elsewhere);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private HostTensor? Take(Dictionary<string, HostTensor> byName, string name)
    {
        var found = byName.Remove(name, out var tensor);
        report.Check($"{name} is a trainable tensor", found);
        return tensor;
    }

    private void NoneLeft(Dictionary<string, HostTensor> byName)
    {
        foreach (var name in byName.Keys.Order(StringComparer.Ordinal))
        {
            report.Check($"{name} is expected", false);
        }
    }

    private bool SameLength(string name, int expected, int actual)
    {
        report.Check($"{name} has {expected} values, got {actual}", expected == actual);
        return expected == actual;
    }
}
