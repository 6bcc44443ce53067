using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Parts.Sharings;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Rounds;

/// <summary>What a server learns of one client by a method, told from the messages that its parts make: over as many rounds as a schedule needs to come round.</summary>
public static class Disclosure
{
    private const int Rounds = 8;
    private const string Anything = "trained";

    /// <summary>One line for each kind of thing that a client sends, then one for what stays with it.</summary>
    public static IReadOnlyList<string> Of(Method method)
    {
        if (!CohortRules.Travels(method.Cohort))
        {
            return ["everything: its rows lie in one place with those of all others"];
        }

        string[] trained = CutRules.HasExits(method) ? ["lora_A", "lora_B", ExitsAdapter.Role] : method.Adaptation is LoraConfig ? ["lora_A", "lora_B", "head"] : [Anything, "head"];
        var tensors = new ParameterSet(trained.Select(role => HostTensor.Zeros(new TensorKey(TensorKey.MainModel, TensorKey.DefaultAdapter, 0, role, role), [1, 1])));
        var rounds = Enumerable.Range(1, Rounds).Select(method.At).ToArray();
        return
        [
            .. rounds.Any(IsCut) ? ["in every step: what its first blocks give for each token of the batch, the labels (the very tokens that are learned) and the lengths of sequences" + (CutRules.HasExits(method) ? "; nothing comes back" : "")] : Array.Empty<string>(),
            .. rounds.SelectMany(round => Tensors(round, tensors)).Distinct(StringComparer.Ordinal),
            .. rounds.SelectMany(Selected).Distinct(StringComparer.Ordinal),
            .. rounds.SelectMany(Embedded).Distinct(StringComparer.Ordinal),
            .. rounds.SelectMany(round => Sections(round, tensors)).Distinct(StringComparer.Ordinal),
            $"numbers: {string.Join(", ", rounds.SelectMany(round => Numbers(round, tensors)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}",
            .. Kept(rounds, tensors),
        ];
    }

    /// <summary>One line for each reason why the server must read single updates, so that sums of masked ones (secure aggregation) will not do; empty when sums will do.</summary>
    public static IReadOnlyList<string> SingleUpdates(Method method) =>
    [
        .. Weights(method.Weighting),
        .. EncodingRules.SelectionOf(method.Codec.Up) is not null ? ["codec: every client sends another part; masks cancel on a common one alone"] : Array.Empty<string>(),
        .. method.Capacity is Capacity.OutputRows or Capacity.Pruned ? ["capacity: every client sends other rows or entries; masks cancel on a common part alone"] : Array.Empty<string>(),
        .. LayerRules.Probed(method.Capacity) is not null ? ["capacity: layers are chosen by what single clients tell of them"] : Array.Empty<string>(),
        .. method.Capacity is Capacity.Experts ? ["capacity: experts are divided by what routers make of single clients' rows"] : Array.Empty<string>(),
        .. ClientReports.BucketsOf(method.LocalProgram) is not null ? ["local_program: the report 'labels' describes one client"] : Array.Empty<string>(),
        .. IsCut(method) ? ["local_program: the server works on what one client's blocks give"] : Array.Empty<string>(),
        .. method.Combine is not (Combine.Factors or Combine.Edges) ? ["combine: the rule reads every update by itself"] : Array.Empty<string>(),
    ];

    private static bool IsCut(Method method) => method.LocalProgram.Cut is not null;

    private static IEnumerable<string> Tensors(Method round, ParameterSet tensors)
    {
        var roles = LocalProgramRunner.SentOf(round, tensors).Select(tensor => tensor.Key.Role).ToArray();
        if (roles.Length > 0)
        {
            yield return $"{(EncodingRules.IsDelta(round.Codec.Up) ? "changes" : "values after training")} of {Names(roles)}, as the client's own";
        }
    }

    private static IEnumerable<string> Sections(Method round, ParameterSet tensors) => Exchange.Of(round)
        .SelectMany(exchange => MessageSchemas.Up(TensorLayout.Of(tensors), round, Holding.Everything, exchange).Sections)
        .Where(section => section.Key != MessageBody.Parameters && section.Value.Tensors.Count > 0)
        .Select(section => section.Key == ClientReports.Section
            ? $"of itself: {string.Join(", ", round.LocalProgram.Reports.Select(InWords))}"
            : section.Key == MessageBody.Scores ? "how much its first batch would move each block"
            : $"tensors of the section '{section.Key}'");

    private static IEnumerable<string> Selected(Method round) =>
        EncodingRules.SelectionOf(round.Codec.Up) is null && round.Capacity is not (Capacity.OutputRows or Capacity.Pruned) ? [] : ["which part of its tensors the client sends, and so what its data moved most"];

    private static IEnumerable<string> Embedded(Method round) =>
        round.Capacity is Capacity.Experts ? ["what experts and routers make of its held-out rows on the mean"] : [];

    private static IEnumerable<string> Numbers(Method round, ParameterSet tensors)
    {
        var answer = LocalProgramRunner.AnswerOf(tensors, new Dictionary<TensorKey, TensorPart>(), 1, new LocalWork(1, 1, ParameterSet.Empty));
        return round.Capacity is Capacity.Ranks { Pruning: not null } ? answer.Numbers.Keys.Append(Update.RankNumber)
            : round.Capacity is Capacity.Pruned ? answer.Numbers.Keys.Append(EntryPruning.DeadSlotsNumber) : answer.Numbers.Keys;
    }

    private static IEnumerable<string> Kept(IReadOnlyList<Method> rounds, ParameterSet tensors)
    {
        foreach (var (visibility, what) in (ValueTuple<Visibility, string>[])[(Visibility.Private, "stays with the client"), (Visibility.Frozen, "is frozen and never travels")])
        {
            var roles = tensors.Select(tensor => tensor.Key).Where(key => rounds.All(round => SharingRules.Of(round.Sharing, key) == visibility)).Select(key => key.Role).ToArray();
            if (roles.Length > 0)
            {
                yield return $"{what}: {Names(roles)}";
            }
        }
    }

    private static string[] Weights(Weighting weighting) => weighting switch
    {
        Weighting.Examples or Weighting.Uniform => [],
        Weighting.Aligned aligned => ["weighting: blocks of single updates are compared", .. Weights(aligned.Base)],
        Weighting.ClusterPosterior { Clusters: 1 } => [],
        Weighting.ClusterPosterior => ["weighting: clusters are found in what single clients have trained, their heads first"],
        Weighting.Staleness stale => Weights(stale.Of),
        Weighting.ContributionDisparity => ["weighting: weights depend on what single clients report"],
        _ => ["weighting: weights depend on single updates"],
    };

    private static string InWords(Report report) => report switch
    {
        Report.Losses => "held-out loss before and after training",
        Report.Labels => "how its labels are spread, or how its texts begin, once",
        _ => throw new ArgumentException($"unknown report {report}"),
    };

    private static string Names(IEnumerable<string> roles) => string.Join(", ", roles.OrderBy(role => role == "head").Select(InWords));

    private static string InWords(string role) => role switch
    {
        "head" => "the head (of a classifier)",
        Anything => "everything that is trained",
        ExitsAdapter.Role => "the exit at its cut",
        _ => role,
    };
}
