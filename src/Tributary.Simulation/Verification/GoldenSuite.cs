using Tributary.Numerics;
using Tributary.Simulation.Verification.Calculations;
using Tributary.Simulation.Verification.Engine;
using Tributary.Simulation.Verification.Federated;

namespace Tributary.Simulation.Verification;

/// <summary>Runs a folder of numeric reference fixtures (layout of the golden set) against this build.</summary>
public static class GoldenSuite
{
    private static readonly IFixtureKind[] Kinds =
    [
        new ClippingFixture(),
        new CrossEntropyFixture(),
        new OptimizersFixture(),
        new PhiloxFixture(),
        new SchedulesFixture(),
        new RoundingFixture(),
        new BlockFormatFixture(),
        new ModelFixture(),
        new ModelVariantsFixture(),
        new AdapterFixture(),
        new CentralRunFixture(),
        new AdapterCombinationsFixture(),
        new PrivateAdapterRunFixture(),
        new MaskedRunFixture(),
        new FederatedRunFixture(),
        new FederatedServerFixture(),
        new LoraAggregationFixture(),
        new TokenizerFixture(),
    ];

    /// <summary>Runs every fixture under <paramref name="root"/> and reports each as it ends. The order is that of the paths.</summary>
    /// <exception cref="InputException">The folder does not exist or holds no fixture.</exception>
    public static IReadOnlyList<FixtureOutcome> Run(string root, IProgress<FixtureOutcome>? progress)
    {
        var fixtures = FixtureLayout.Find(root);
        var outcomes = new List<FixtureOutcome>(fixtures.Count);
        foreach (var relative in fixtures)
        {
            var outcome = Run(Path.Combine(root, relative), relative.Replace(Path.DirectorySeparatorChar, '/'));
            outcomes.Add(outcome);
            progress?.Report(outcome);
        }

        return outcomes;
    }

    private static FixtureOutcome Run(string path, string relative)
    {
        var folder = relative[..relative.IndexOf('/', StringComparison.Ordinal)];
        try
        {
            var kind = Array.Find(Kinds, k => k.Claims(path));
            if (kind is null)
            {
                return new FixtureOutcome(relative, folder, FixtureStatus.Skipped, 0, "this build has no check for fixtures of this kind");
            }

            var report = new FixtureReport();
            kind.Run(path, report);
            return report.Outcome(relative, folder);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new FixtureOutcome(relative, folder, FixtureStatus.Failed, double.MaxValue, $"{error.GetType().Name}: {error.Message}");
        }
    }
}
