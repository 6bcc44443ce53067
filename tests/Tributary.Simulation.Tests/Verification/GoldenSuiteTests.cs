using Tributary.Simulation.Verification;
using Xunit.Abstractions;

namespace Tributary.Simulation.Tests.Verification;

public sealed class GoldenSuiteTests(ITestOutputHelper output)
{
    [SharedDataFact]
    public void No_shared_reference_fixture_fails()
    {
        var outcomes = GoldenSuite.Run(SharedData.PathOf("golden"), progress: null);
        foreach (var o in outcomes)
        {
            output.WriteLine($"{o.Status,-8} {o.WorstRatio:G3} {o.Path} {o.Why}");
        }

        outcomes.Where(o => o.Status == FixtureStatus.Failed).Select(o => $"{o.Path}: {o.Why}").ShouldBeEmpty();
    }
}
