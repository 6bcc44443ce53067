using Tributary.Federation.Clients;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Numerics.Storage;

namespace Tributary.Federation.Methods;

/// <summary>Capacities that cannot hold with the other parts, one line for each.</summary>
internal static class CapacityChecks
{
    public static IEnumerable<string> Check(Method method) => Depths(method).Concat(Bits(method)).Concat(method.Capacity switch
    {
        Capacity.Rows rows => Rows(method, rows),
        Capacity.Ranks ranks => Ranks(method, ranks),
        Capacity.Promoted promoted => Promoted(method, promoted),
        Capacity.Blocks { Counts: var counts } when counts.Count == 0 || counts.Any(count => count < 1) => ["method.capacity: blocks need counts of at least 1"],
        Capacity.Knapsack knapsack => Knapsack(method, knapsack),
        Capacity.Annealed annealed => Annealed(method, annealed),
        Capacity.Layers layers => Layers(method, layers),
        Capacity.Slots slots => Slots(method, slots),
        Capacity.OutputRows rows => OutputRows(method, rows),
        Capacity.Entries entries => Entries(method, entries),
        Capacity.Densities densities => Densities(method, densities),
        Capacity.Pruned pruned => Pruned(method, pruned),
        Capacity.Elastic elastic => Elastic(method, elastic),
        Capacity.Experts experts => Experts(method, experts),
        _ => [],
    });

    private static IEnumerable<string> Depths(Method method)
    {
        if (method.Capacity.Depths is not { } depths)
        {
            yield break;
        }

        if (depths.Values.Any(depth => depth < 1))
        {
            yield return "method.capacity: depths must be at least 1";
        }

        if (method.Capacity is not (Capacity.Uniform or Capacity.Ranks or Capacity.Blocks))
        {
            yield return "method.capacity: depths go with uniform, ranks and blocks; other capacities choose tensors by rules of their own";
        }

        if (method.Codec.Up is Encoding.SeedScalars || method.Initialisation is Initialisation.Fresh)
        {
            yield return "method.capacity: depths need clients that send and receive tensors; seed_scalars and initialisation: fresh do not";
        }
    }

    private static IEnumerable<string> Bits(Method method) =>
        method.Capacity.Bits is { } bits && (bits.Count == 0 || bits.Any(one => StorageTypes.OfBits(one) is null)) ? ["method.capacity: bits must be 32, 16, 8 or 4"] : [];

    private static IEnumerable<string> Promoted(Method method, Capacity.Promoted promoted)
    {
        if (promoted.Least < 1 || promoted.Share is not (>= 0 and <= 1))
        {
            yield return "method.capacity: promoted needs least of at least 1 and a share from 0 to 1";
        }

        if (method.Adaptation.LargestRank == 0 || method.Adaptation is LoraConfig { RankPattern: not null } || method.Dispatch is not Dispatch.Slice)
        {
            yield return "method.capacity: promoted needs an adaptation with one rank for all modules and method.dispatch: slice";
        }

        if (!ClientReports.MeasuresLosses(method.LocalProgram))
        {
            yield return "method.capacity: promoted needs the report 'losses' in method.local_program, by which clients are ranked";
        }
    }

    private static IEnumerable<string> Annealed(Method method, Capacity.Annealed annealed)
    {
        if (annealed.Least < 1 || annealed.Heating < 0 || annealed.Cooling < 1)
        {
            yield return "method.capacity: annealed needs least and cooling of at least 1 and heating of at least 0";
        }

        if (method.Adaptation.LargestRank == 0 || method.Dispatch is not Dispatch.Slice)
        {
            yield return "method.capacity: annealed needs an adaptation with ranks and method.dispatch: slice";
        }

        if (method.ServerStep is not ServerStep.Replace)
        {
            yield return "method.capacity: annealed needs method.server_step: replace, because other steps remember factors of the rank before";
        }
    }

    private static IEnumerable<string> Knapsack(Method method, Capacity.Knapsack knapsack)
    {
        if (knapsack.Budgets.Count == 0 || knapsack.Budgets.Concat(knapsack.ByClient?.Values ?? []).Any(budget => budget is not (>= 0 and <= 1)))
        {
            yield return "method.capacity: knapsack needs budgets from 0 to 1";
        }

        if (knapsack.Mix is not (>= 0 and <= 1))
        {
            yield return "method.capacity: mix must be from 0 to 1";
        }

        if (method.Dispatch is not Dispatch.Broadcast)
        {
            yield return "method.capacity: knapsack needs method.dispatch: broadcast, because clients choose after they have received";
        }
    }

    private static IEnumerable<string> Layers(Method method, Capacity.Layers layers)
    {
        if (layers.Budgets.Count == 0 || layers.Budgets.Concat(layers.ByClient?.Values ?? []).Any(budget => budget is not (> 0 and <= 1)))
        {
            yield return "method.capacity: layers need budgets above 0 and at most 1";
        }

        if (layers.Rule is LayerRule.Agreed { Strength: not (>= 0 and <= 1e12) })
        {
            yield return "method.capacity: the rule agreed needs a strength of at least 0";
        }

        if (method.Dispatch is not Dispatch.Broadcast || method.Codec is not { Up: not Encoding.SeedScalars, Down: not Encoding.SeedScalars })
        {
            yield return "method.capacity: layers need method.dispatch: broadcast and a codec without seed_scalars, because clients have all layers and send some";
        }

        if (LayerRules.Probed(layers) is not null && method.Pace is not Pace.WholeCohort)
        {
            yield return "method.capacity: layers are chosen for all clients together; set method.pace: whole_cohort, or the rule top, bottom, both, random or full";
        }
    }

    private static IEnumerable<string> Slots(Method method, Capacity.Slots slots)
    {
        var largest = method.Adaptation.LargestRank;
        if (largest == 0 || method.Adaptation is LoraConfig { Dora: true } or LoraConfig { RankPattern: not null })
        {
            yield return "method.capacity: slots need adaptation: lora of one rank, and not as DoRA";
        }
        else if (CapacityRules.SlotsOf(slots, largest) is var values && (values.Count == 0 || values.Any(value => value < 1 || value > largest)))
        {
            yield return $"method.capacity: slots must be from 1 to the adaptation's rank {largest}";
        }

        if (method.Codec.Up is not Encoding.Deltas { Selection: null, ErrorFeedback: false } || method.Dispatch is not Dispatch.Broadcast)
        {
            yield return "method.capacity: slots need method.codec.up: deltas and method.dispatch: broadcast, because slots that nobody sends keep their values";
        }
    }

    private static IEnumerable<string> OutputRows(Method method, Capacity.OutputRows rows)
    {
        if (rows.Shares.Count == 0 || rows.Shares.Any(share => share is not (> 0 and <= 1)))
        {
            yield return "method.capacity: output_rows need shares above 0 and at most 1";
        }

        if (method.Combine is not Combine.Clusters || method.Codec.Up is not Encoding.Values { Selection: null })
        {
            yield return "method.capacity: output_rows need method.combine: clusters, which counts the senders of every row, and method.codec.up: values";
        }
    }

    private static IEnumerable<string> Densities(Method method, Capacity.Densities densities)
    {
        if (densities.Values.Count == 0 || densities.Values.Concat(densities.ByClient?.Values ?? []).Any(share => share is not (> 0 and <= 1)))
        {
            yield return "method.capacity: densities need values above 0 and at most 1";
        }

        if (EncodingRules.SelectionOf(method.Codec.Up) is not Selection.Largest
            || (method.Dispatch is not Dispatch.Broadcast && (method.Dispatch is not Dispatch.Slice || EncodingRules.SelectionOf(method.Codec.Down) is not Selection.Largest)))
        {
            yield return "method.capacity: densities need a selection: largest in method.codec.up, and method.dispatch: broadcast, or slice with that selection in method.codec.down too";
        }
    }

    private static IEnumerable<string> Entries(Method method, Capacity.Entries entries)
    {
        if (entries.Density is not (> 0 and <= 1))
        {
            yield return "method.capacity: entries need a density above 0 and at most 1";
        }

        if (new[] { method.Codec.Up, method.Codec.Down }.Any(encoding => encoding is Encoding.SeedScalars || EncodingRules.SelectionOf(encoding) is not null))
        {
            yield return "method.capacity: entries travel as they are; leave selections and seed scalars out of method.codec";
        }
    }

    private static IEnumerable<string> Pruned(Method method, Capacity.Pruned pruned)
    {
        if (pruned.Values.Count == 0 || pruned.Values.Any(rank => rank < 1) || pruned.Cuts < 1)
        {
            yield return "method.capacity: pruned needs values and cuts of at least 1";
        }

        if (method.Adaptation.LargestRank == 0 || method.Codec.Up is not Encoding.Values { Selection: null } || method.Dispatch is not Dispatch.Broadcast || method.Sharing is not Sharing.AllShared)
        {
            yield return "method.capacity: pruned needs adaptation: lora, method.sharing: all_shared, method.codec.up: values and method.dispatch: broadcast";
        }
    }

    private static IEnumerable<string> Elastic(Method method, Capacity.Elastic elastic)
    {
        if (elastic.Shares.Count == 0 || elastic.Shares.Concat(elastic.ByClient?.Values ?? []).Any(share => share is not (> 0 and <= 1)))
        {
            yield return "method.capacity: elastic needs shares above 0 and at most 1";
        }

        if (method.Adaptation is not FullConfig || method.Dispatch is not Dispatch.Slice)
        {
            yield return "method.capacity: elastic needs adaptation: full and method.dispatch: slice, so that clients have narrower models and receive their weights";
        }

        if (method is not { Sharing: Sharing.AllShared, Initialisation: Initialisation.Standard, Serving: Serving.Global, ServerStep: ServerStep.Replace or ServerStep.SalientFirst })
        {
            yield return "method.capacity: elastic needs method.sharing: all_shared, initialisation: standard, serving: global and server_step: replace or salient_first: clients keep nothing of a width";
        }

        if (method.Codec is not { Up: Encoding.Values { Selection: null } or Encoding.Deltas { Selection: null, ErrorFeedback: false }, Down: Encoding.Values { Selection: null } })
        {
            yield return "method.capacity: elastic travels as it is; leave selections, error feedback and seed scalars out of method.codec";
        }
    }

    private static IEnumerable<string> Experts(Method method, Capacity.Experts experts)
    {
        if (experts.Holders < 1 || experts.Least < 0 || experts.Most < Math.Max(1, experts.Least))
        {
            yield return "method.capacity: experts need holders of at least 1, and most of at least 1 and least";
        }

        if (method.Adaptation is not LoraExpertsConfig || method.Dispatch is not Dispatch.Slice || method.Sharing is not Sharing.AllShared || method.Codec is not { Up: Encoding.Values { Selection: null }, Down: Encoding.Values { Selection: null } })
        {
            yield return "method.capacity: experts need adaptation: lora_experts, method.sharing: all_shared, method.dispatch: slice and method.codec: values";
        }

        if (method is not { Cohort: Cohort.All, Pace: Pace.WholeCohort })
        {
            yield return "method.capacity: experts are divided by what all clients told; set method.cohort: all and method.pace: whole_cohort";
        }
    }

    private static IEnumerable<string> Rows(Method method, Capacity.Rows rows)
    {
        if (method.Codec.Up is not Encoding.Deltas)
        {
            yield return "method.capacity: rows need method.codec.up: deltas, because rows that nobody sends keep their values";
        }

        if (rows.ByClient.Values.Any(sent => sent.Any(row => row < 0)))
        {
            yield return "method.capacity: rows are counted from 0";
        }
    }

    private static IEnumerable<string> Ranks(Method method, Capacity.Ranks ranks)
    {
        var largest = method.Adaptation.LargestRank;
        if (largest == 0)
        {
            yield return "method.capacity: ranks need an adaptation with ranks; choose adaptation: lora";
            yield break;
        }

        if (method.Dispatch is not (Dispatch.Slice or Dispatch.ClusterMixture))
        {
            yield return "method.capacity: ranks need method.dispatch: slice or cluster_mixture, so that clients receive what they hold";
        }

        int[] all = [.. CapacityRules.RanksOf(ranks, largest), .. ranks.ByClient?.Values ?? []];
        if (all.Length == 0 || all.Any(rank => rank < 1 || rank > largest))
        {
            yield return $"method.capacity: ranks must be from 1 to the adaptation's {largest}";
        }

        if (ranks.Shares is { } shares && (shares.Count != CapacityRules.RanksOf(ranks, largest).Count || shares.Any(share => !(share > 0 && double.IsFinite(share)))))
        {
            yield return "method.capacity: shares need one number above 0 for each rank";
        }

        if (ranks.Scale == RankScale.Common && method.Adaptation is LoraConfig { RankPattern: not null })
        {
            yield return "method.capacity: ranks with one scale need one rank for all modules; leave out rank_pattern";
        }

        if (ranks.Pruning is { } pruning && (pruning.Gamma is not (> 0 and < 1) || pruning.Least < 1))
        {
            yield return "method.capacity: pruning needs gamma above 0 and below 1, and least of at least 1";
        }

        if (ranks.Scale == RankScale.ByRank && method.Combine is (Combine.Factors or Combine.Median or Combine.TrimmedMean))
        {
            yield return "method.capacity: with scale by_rank the factors of different ranks do not mean the same; use scale: common";
        }
    }
}
