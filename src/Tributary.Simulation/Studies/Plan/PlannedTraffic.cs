using Tributary.Federation.Ledger;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>Sums the forecasts of rounds.</summary>
internal sealed class PlannedTraffic
{
    private TrafficSum total;
    private PlannedBytes? perRound;

    public PlannedBytes Total => Exactly(total);

    public PlannedBytes PerRound => perRound ?? Exactly(default);

    public void Add(TrafficSum round)
    {
        total += round;
        perRound = perRound is not { } so
            ? Exactly(round)
            : new PlannedBytes(
                so.BytesUp.With(round.Up.Bytes), so.BytesDown.With(round.Down.Bytes), so.ValueBytesUp.With(round.Up.ValueBytes), so.ValueBytesDown.With(round.Down.ValueBytes));
    }

    private static PlannedBytes Exactly(TrafficSum sum) => new(
        Figure.Exactly(sum.Up.Bytes), Figure.Exactly(sum.Down.Bytes), Figure.Exactly(sum.Up.ValueBytes), Figure.Exactly(sum.Down.ValueBytes));
}
