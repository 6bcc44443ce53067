using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Results;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Simulation.Devices;

namespace Tributary.Simulation.Runs;

/// <summary>The final measurements of a run: the federated model, every owner alone and the pooled model, on each owner's rows and on the union.</summary>
internal sealed class Measurements(
    RunSetup setup, ModelLoss losses, ServedModels served, ParameterSet initial, double? before, ServerState federated, int round, BaselineFiles baselines)
{
    public async Task<RunResult> ResultAsync(RoundRecorder recorder, SampleTexts samples, Func<double> seconds, Func<long> peakMemory, CancellationToken cancel)
    {
        var byOwner = await losses.ByOwnerAsync(served.For(federated), cancel).ConfigureAwait(false);
        var tests = await losses.OnTestRowsAsync(served.For(federated), cancel).ConfigureAwait(false);
        var union = ModelLoss.Union(byOwner) ?? recorder.Rounds[^1].TrainLoss;
        var alone = await Task.WhenAll(setup.Owners.Select(owner => BaselineAsync(owner, cancel))).ConfigureAwait(false);
        var clients = new List<ClientResult>();
        for (var i = 0; i < setup.Owners.Count; i++)
        {
            var owner = setup.Owners[i];
            var metrics = WithTest(Metrics.OfLoss(byOwner[i]?.Mean ?? union).With(Metrics.UnionLossName, union), tests[i]?.Mean);
            clients.Add(new ClientResult(owner.Id, owner.Train.Count, metrics, alone[i]));
        }

        var local = clients.All(c => c.Baseline is not null) ? clients.Average(c => c.Baseline!.Find(Metrics.UnionLossName)) : null;
        var pooledLoss = setup.PooledBaseline ? await losses.OnUnionAsync(baselines.Read(BaselineFiles.Pooled), cancel).ConfigureAwait(false) : null;
        var accuracy = await losses.AccuracyAsync(served.For(federated), cancel).ConfigureAwait(false);
        var gap = GapClosed.Of(union, local, pooledLoss);
        var (first, last) = (await samples.WriteAsync(initial, cancel).ConfigureAwait(false), await samples.WriteAsync(federated.Served, cancel).ConfigureAwait(false));
        var bytes = recorder.Ledger.Total;
        return new RunResult
        {
            ToolVersion = ToolVersion.Current,
            KernelSet = setup.Backend.KernelSet,
            Method = setup.Method.Id,
            Basis = setup.Method.Basis switch
            {
                Federation.Methods.Basis.Verified => "verified",
                Federation.Methods.Basis.Changed => "changed",
                _ => "reconstruction",
            },
            Cut = setup.Method.LocalProgram.Cut,
            Exits = CutRules.ExitsOf(setup.Method)?.Blocks,
            Seed = (ulong)setup.Seed,
            ConfigHash = setup.ConfigHash,
            Subject = setup.Subject,
            Initial = before is { } loss ? Metrics.OfLoss(loss) : null,
            Rounds = recorder.Rounds,
            Clients = clients,
            Devices = DeviceResults.Of(setup, recorder.Ledger),
            Local = local is { } l ? Metrics.OfLoss(l) : null,
            Pooled = pooledLoss is { } p ? Metrics.OfLoss(p) : null,
            Final = new FinalResult
            {
                Metrics = WithAccuracy(WithTest(Metrics.OfLoss(union), ModelLoss.Union(tests)), accuracy),
                Round = round,
                GapClosed = gap.Value,
                GapClosedReason = gap.Reason,
                Fairness = Fairness.Of([.. clients.Select(c => c.Metrics.Loss)]),
                BytesUp = bytes.Up.Bytes,
                BytesDown = bytes.Down.Bytes,
                ValueBytesUp = bytes.Up.ValueBytes,
                ValueBytesDown = bytes.Down.ValueBytes,
                Seconds = seconds(),
                PeakRssBytes = peakMemory(),
            },
            Samples = [.. samples.Prompts.Select((prompt, i) => new SampleGeneration(prompt.Text, first[i], last[i]))],
            Warnings = setup.Warnings,
            Artifacts = new RunArtifacts(setup.Adapters.Count == 0 || !setup.Backbones.AreAlike ? null : "adapter", "report.html", EventLog.Name, "state"),
        };
    }

    private static Metrics WithAccuracy(Metrics metrics, double? accuracy) => accuracy is { } share ? metrics.With(Metrics.AccuracyName, share) : metrics;

    private static Metrics WithTest(Metrics metrics, double? loss) => loss is { } value ? metrics.With(Metrics.TestLossName, value) : metrics;

    private async Task<Metrics?> BaselineAsync(OwnerData owner, CancellationToken cancel)
    {
        if (!setup.LocalBaseline)
        {
            return null;
        }

        var (own, union) = await losses.OwnAndUnionAsync(owner, () => baselines.Read(BaselineFiles.Alone(owner.Id)), cancel).ConfigureAwait(false);
        return union is { } all ? Metrics.OfLoss((own ?? all).Mean).With(Metrics.UnionLossName, all.Mean) : null;
    }
}
