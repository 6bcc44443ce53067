using Tributary.Federation.Ledger;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>Sums the forecasts of rounds.</summary>
internal sealed class PlannedTraffic
{
    private TrafficSum least;
    private TrafficSum most;
    private PlannedBytes? perRound;

    public PlannedBytes Total => Between(least, most);

    public PlannedBytes PerRound => perRound ?? Between(default, default);

    public void Add(TrafficSum atLeast, TrafficSum atMost)
    {
        least += atLeast;
        most += atMost;
        perRound = With(With(perRound ?? Between(atLeast, atMost), atLeast), atMost);
    }

    private static PlannedBytes With(PlannedBytes so, TrafficSum sum) => new(
        so.BytesUp.With(sum.Up.Bytes), so.BytesDown.With(sum.Down.Bytes), so.ValueBytesUp.With(sum.Up.ValueBytes), so.ValueBytesDown.With(sum.Down.ValueBytes));

    private static PlannedBytes Between(TrafficSum least, TrafficSum most) => new(
        new Figure(least.Up.Bytes, most.Up.Bytes), new Figure(least.Down.Bytes, most.Down.Bytes),
        new Figure(least.Up.ValueBytes, most.Up.ValueBytes), new Figure(least.Down.ValueBytes, most.Down.ValueBytes));
}
