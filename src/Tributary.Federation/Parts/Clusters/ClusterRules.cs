using System.Globalization;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Clusters;

/// <summary>What the server keeps of clusters of clients, how far each client belongs to each, and what it mixes of them for a receiver, in one place.</summary>
public static class ClusterRules
{
    /// <summary>The section of the server's state that belongs to a cluster: a whole matrix for each LoRA module, and the other tensors.</summary>
    public static string SectionOf(int cluster) => string.Create(CultureInfo.InvariantCulture, $"cluster_{cluster}");

    /// <summary>The sections of all clusters of a method, none when it has none.</summary>
    public static IEnumerable<(string Section, TensorLayout Layout)> Layouts(Method method, TensorLayout trained)
    {
        if (CountOf(method) == 0)
        {
            return [];
        }

        var pairs = PairsOf(method, trained);
        var layout = new TensorLayout([.. pairs.Select(pair => Whole(pair, trained)), .. Others(pairs, trained).Tensors]);
        return Enumerable.Range(0, CountOf(method)).Select(c => (SectionOf(c), layout));
    }

    /// <summary>How far a client belongs to each cluster: sums to one; to all alike as long as nothing is known.</summary>
    public static double[] MembershipOf(ServerState state, string client, int clusters) =>
        [.. Enumerable.Range(0, clusters).Select(c => state.Body.Numbers.GetValueOrDefault(NameOf(c, client), 1.0 / clusters))];

    /// <summary>The state in which a client belongs to the clusters so far.</summary>
    public static ServerState WithMembership(ServerState state, string client, IReadOnlyList<double> membership) =>
        membership.Select((share, c) => (share, c)).Aggregate(state, (all, own) => all with { Body = all.Body.WithNumber(NameOf(own.c, client), own.share) });

    /// <summary>The state as one client sees it: the mixture of the clusters that it belongs to, in the place of the global model and the updates of the base.</summary>
    public static ServerState For(Method method, ServerState state, Holding holding, string client) =>
        Mixed(state, PairsOf(method, state.Layout), MembershipOf(state, client, CountOf(method)), holding.Rank);

    /// <summary>The state whose global model is the equal mixture of the clusters: what a client receives of whom nothing is known.</summary>
    public static ServerState ForAll(ServerState state, IReadOnlyList<LoraPair> pairs, int clusters) =>
        Mixed(state, pairs, [.. Enumerable.Repeat(1.0 / clusters, clusters)], rank: null);

    /// <summary>The state with zeros in the place of what the clusters have after a round.</summary>
    public static ServerState WithRoom(Method method, ServerState state)
    {
        foreach (var (section, layout) in Layouts(method, state.Layout))
        {
            state = state.WithSection(section, new ParameterSet(layout.Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape))));
        }

        return CountOf(method) == 0 ? state : ForAll(state, PairsOf(method, state.Layout), CountOf(method));
    }

    /// <summary>A name that is the same for clients who belong to the clusters alike.</summary>
    public static string NameOf(Method method, ServerState state, string client)
    {
        var shares = MembershipOf(state, client, CountOf(method)).Select(share => share.ToString("R", CultureInfo.InvariantCulture));
        return $"mixture-{PhiloxStream.Hash(string.Join(' ', shares)):x16}";
    }

    /// <summary>The tensors that are no factors of these modules.</summary>
    internal static TensorLayout Others(IReadOnlyList<LoraPair> pairs, TensorLayout trained)
    {
        var factors = pairs.SelectMany(pair => new[] { pair.A, pair.B }).ToHashSet();
        return new(trained.Tensors.Where(tensor => !factors.Contains(tensor.Key)));
    }

    /// <summary>The key and shape of a module's whole matrix.</summary>
    internal static (TensorKey Key, int[] Shape) Whole(LoraPair pair, TensorLayout trained)
    {
        var update = MessageSchemas.BaseUpdateOf(pair, trained);
        return (update.Whole, [update.Outputs, update.Inputs]);
    }

    private static ServerState Mixed(ServerState state, IReadOnlyList<LoraPair> pairs, double[] membership, int? rank)
    {
        var sections = membership.Select((_, c) => state.Body.Section(SectionOf(c))).ToArray();
        var layout = state.Layout;
        var others = Others(pairs, layout).Tensors.Select(tensor => Mean(tensor.Key, sections, membership)).OfType<HostTensor>();
        var updates = pairs.SelectMany(pair =>
        {
            var (key, shape) = Whole(pair, layout);
            return Sum(key, sections, membership) is { } sum
                ? MessageSchemas.BaseUpdateOf(pair, layout).Plus(ParameterSet.Empty, LoraFactors.Leading(sum, Math.Min(rank ?? pair.Rank, shape.Min()), key.WireName))
                : [];
        });
        return state.WithModel(state.Model.ReplacedBy(new ParameterSet(others))).WithSection(MessageBody.Base, new ParameterSet(updates));
    }

    // Of the clusters that have the tensor, by how far the receiver belongs to them.
    private static HostTensor? Mean(TensorKey key, ParameterSet[] sections, double[] membership)
    {
        var all = sections.Zip(membership).Where(cluster => cluster.First.TryGet(key, out _)).Sum(cluster => cluster.Second);
        return all > 0 && Sum(key, sections, [.. membership.Select(share => share / all)]) is { } sum
            ? sections.First(section => section.TryGet(key, out _))[key] with { Values = sum.ToSingles() }
            : null;
    }

    // A cluster that lacks the tensor adds nothing. Tensors of any shape, as one with rows.
    private static HostMatrix? Sum(TensorKey key, ParameterSet[] sections, double[] membership)
    {
        HostMatrix? sum = null;
        for (var c = 0; c < sections.Length; c++)
        {
            if (sections[c].TryGet(key, out var tensor))
            {
                sum ??= new HostMatrix(tensor.Shape[0], tensor.Values.Length / tensor.Shape[0]);
                for (var i = 0; i < tensor.Values.Length; i++)
                {
                    sum.Values[i] += membership[c] * tensor.Values[i];
                }
            }
        }

        return sum;
    }

    private static int CountOf(Method method) => method.Weighting is Weighting.ClusterPosterior posterior ? posterior.Clusters : 0;

    private static IReadOnlyList<LoraPair> PairsOf(Method method, TensorLayout trained) => LoraPair.Among(trained.Tensors.Select(tensor => tensor.Key), method.Adaptation);

    private static string NameOf(int cluster, string client) => string.Create(CultureInfo.InvariantCulture, $"cluster/{cluster}/{client}");
}
