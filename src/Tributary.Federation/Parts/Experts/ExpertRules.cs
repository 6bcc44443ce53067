using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Experts;

/// <summary>Who holds which experts, and what clients tell for it; see <see cref="Capacity.Experts"/>, in one place.</summary>
public static class ExpertRules
{
    /// <summary>
    /// Section of answers: what every expert that the sender holds, and every router, makes of the sender's held-out rows on the mean, [rank], under the name of its A or its own.
    /// </summary>
    public const string Answers = "routing";

    /// <summary>Section of the server's state: who holds which experts of a layer, [experts, clients] of 0 and 1, under the name of its router.</summary>
    public const string Holders = "holders";

    /// <summary>Why a run of so many clients cannot be; null when it can.</summary>
    public static string? Refusal(Method method, int clients) => method is { Capacity: Capacity.Experts own, Adaptation: LoraExpertsConfig config }
        && !Assignment.IsPossible(config.Experts, clients, own.Holders, own.Least, own.Most)
            ? $"method.capacity: {config.Experts} experts held by {own.Holders} clients each cannot be divided among {clients} clients of whom each holds from {own.Least} to "
                + $"{Math.Min(own.Most, config.Experts)}; change 'experts' of the adaptation, or holders, least and most"
            : null;

    /// <summary>What a client holds.</summary>
    /// <param name="capacity">The capacity.</param>
    /// <param name="place">The client's place among all.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="known">The server's section <see cref="Holders"/>; by chance where it says nothing.</param>
    /// <param name="layout">What the run trains.</param>
    public static Holding HoldingOf(Capacity.Experts capacity, int place, int clients, long seed, ParameterSet known, TensorLayout layout)
    {
        var drawn = new Dictionary<TensorKey, float[]>();
        bool IsHeld(ExpertName name) => HoldersOf(name.Router)[(name.Expert * clients) + place] > 0;
        float[] HoldersOf(TensorKey router) => known.TryGet(OfState(router), out var told) ? told.Values
            : drawn.TryGetValue(router, out var first) ? first
            : drawn[router] = AtFirst(capacity, router, ExpertsOf(layout, router), clients, seed);
        return new Holding(Tensors: [.. layout.Tensors.Where(tensor => ExpertName.Of(tensor.Key) is not { } name || IsHeld(name)).Select(tensor => tensor.Key.WireName)]);
    }

    /// <summary>The least, or the most, that a client can hold whatever is decided.</summary>
    internal static Holding Extreme(Capacity.Experts capacity, TensorLayout layout, bool least) => new(
        Tensors: [.. layout.Tensors.Where(tensor => ExpertName.Of(tensor.Key) is not { } name || name.Expert < (least ? capacity.Least : capacity.Most)).Select(tensor => tensor.Key.WireName)]);

    /// <summary>The sections that answers of a sender may have.</summary>
    /// <param name="capacity">The capacity.</param>
    /// <param name="held">What the sender holds.</param>
    public static IEnumerable<(string Section, TensorLayout Layout)> AnswerLayouts(Capacity capacity, TensorLayout held) => capacity is not Capacity.Experts ? [] :
        [(Answers, new TensorLayout(held.Tensors.Where(tensor => tensor.Key.Role == ExpertName.RouterRole || IsKey(tensor.Key)).Select(tensor => (Told(tensor.Key), (int[])[tensor.Shape[0]]))))];

    /// <summary>The sections that the server keeps.</summary>
    /// <param name="capacity">The capacity.</param>
    /// <param name="layout">What the run trains.</param>
    /// <param name="clients">Number of clients.</param>
    public static IEnumerable<(string Section, TensorLayout Layout)> StateLayouts(Capacity capacity, TensorLayout layout, int clients) => capacity is not Capacity.Experts ? [] :
        [(Holders, new TensorLayout(Routers(layout).Select(router => (OfState(router), (int[])[ExpertsOf(layout, router), clients]))))];

    /// <summary>An answer with sections as long as a real one's.</summary>
    internal static MessageBody WithBlank(Capacity capacity, MessageBody answer, TensorLayout held) => AnswerLayouts(capacity, held).Aggregate(
        answer, (body, section) => body.WithSection(section.Section, new ParameterSet(section.Layout.Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape)))));

    /// <summary>An answer with what the model's experts and routers make of held-out rows on the mean: A·x and P·x of the mean row x that their layer is given.</summary>
    internal static MessageBody WithEmbeddings(Capacity capacity, MessageBody answer, IClientModel model, TokenizedDataset heldOut)
    {
        if (capacity is not Capacity.Experts)
        {
            return answer;
        }

        var rows = new TokenRows();
        heldOut.Fill(rows, [.. Enumerable.Range(0, heldOut.Count)]);
        var (means, values) = (model.MeanInputs(rows), model.Trainable.Read());
        return answer.WithSection(Answers, new ParameterSet(values.Where(key => key.Role == ExpertName.RouterRole || IsKey(key))
            .Select(tensor => Times(tensor, means[ExpertName.Of(tensor.Key)?.Router ?? tensor.Key].Values))));
    }

    /// <summary>The state with who holds which experts next, by what all clients told in a round.</summary>
    /// <exception cref="RunException">A client told nothing of an expert or router, or nothing finite.</exception>
    public static ServerState Learned(Capacity.Experts capacity, ServerState state, RoundUpdates updates) => state.WithSection(Holders, new ParameterSet(
        Routers(updates.Layout).Select(router => ToTensor(router, Assignment.Solve(Worth(updates, state, router), capacity.Holders, capacity.Least, capacity.Most)))));

    /// <summary>
    /// What each client is worth to each expert, [experts, clients]: the softmax over clients of ⟨u, v⟩ / √rank, u an expert's embedding and v a client's.
    /// </summary>
    /// <param name="experts">The experts' embeddings, each [rank].</param>
    /// <param name="clients">The clients' embeddings, each [rank].</param>
    internal static double[,] Affinities(IReadOnlyList<double[]> experts, IReadOnlyList<float[]> clients)
    {
        var shares = new double[experts.Count, clients.Count];
        for (var e = 0; e < experts.Count; e++)
        {
            var scores = clients.Select(client => experts[e].Zip(client, (u, v) => u * v).Sum() / Math.Sqrt(client.Length)).ToArray();
            var (largest, sum) = (scores.Max(), 0.0);
            for (var i = 0; i < scores.Length; i++)
            {
                sum += shares[e, i] = Math.Exp(scores[i] - largest);
            }

            for (var i = 0; i < scores.Length; i++)
            {
                shares[e, i] /= sum;
            }
        }

        return shares;
    }

    private static double[,] Worth(RoundUpdates updates, ServerState state, TensorKey router)
    {
        var keys = updates.Layout.Tensors.Select(tensor => tensor.Key).Where(key => IsKey(key) && ExpertName.Of(key)!.Value.Router == router).OrderBy(key => ExpertName.Of(key)!.Value.Expert);
        updates.Layout.TryFind(router.WireName, out _, out var shape);
        var senders = Enumerable.Range(0, updates.Updates.Count);
        return Affinities([.. keys.Select(key => Mean(key, [.. senders.Where(k => updates.Source.Contains(k, Answers, Told(key))).Select(k => Told(updates, k, key, shape![0]))]))],
            [.. senders.Select(k => Told(updates, k, router, shape![0]))]);
    }

    // Over those who hold the expert.
    private static double[] Mean(TensorKey key, float[][] told) => told.Length == 0
        ? throw new RunException($"nobody sent a mean of '{key.Name}', by which experts are divided; are all builds the same?")
        : [.. Enumerable.Range(0, told[0].Length).Select(i => told.Average(one => (double)one[i]))];

    private static float[] Told(RoundUpdates updates, int sender, TensorKey key, int rank)
    {
        var values = new float[rank];
        if (updates.Source.Contains(sender, Answers, Told(key)))
        {
            updates.Source.Read(sender, Answers, Told(key), 0, values);
            return values.All(float.IsFinite) ? values : throw new RunException($"client {updates.Updates[sender].Client} sent a mean of '{key.Name}' that is not finite; lower the learning rate");
        }

        throw new RunException($"client {updates.Updates[sender].Client} sent no mean of '{key.Name}', by which experts are divided; is its build the same?");
    }

    private static float[] AtFirst(Capacity.Experts capacity, TensorKey router, int experts, int clients, long seed)
    {
        var (worth, numbers) = (new double[experts, clients], PhiloxStream.Root(seed).Child("experts").Child(router.WireName).Sequence());
        for (var i = 0; i < worth.Length; i++)
        {
            worth[i / clients, i % clients] = numbers.UniformDouble();
        }

        return ToTensor(router, Assignment.Solve(worth, capacity.Holders, capacity.Least, capacity.Most)).Values;
    }

    private static HostTensor ToTensor(TensorKey router, bool[,] held) => new(OfState(router), [held.GetLength(0), held.GetLength(1)], [.. held.Cast<bool>().Select(has => has ? 1f : 0)]);

    private static IEnumerable<TensorKey> Routers(TensorLayout layout) => layout.Tensors.Select(tensor => tensor.Key).Where(key => key.Role == ExpertName.RouterRole);

    private static int ExpertsOf(TensorLayout layout, TensorKey router) => layout.Tensors.Count(tensor => IsKey(tensor.Key) && ExpertName.Of(tensor.Key)!.Value.Router == router);

    // An expert's A is what rows are compared with.
    private static bool IsKey(TensorKey key) => key.Role == "lora_A" && ExpertName.Of(key) is not null;

    private static TensorKey Told(TensorKey key) => key with { Role = Answers };

    private static TensorKey OfState(TensorKey router) => router with { Role = Holders };

    private static HostTensor Times(HostTensor matrix, float[] vector) => new(Told(matrix.Key), [matrix.Shape[0]], [.. Enumerable.Range(0, matrix.Shape[0]).Select(row =>
    {
        var sum = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            sum += (double)matrix.Values[(row * vector.Length) + i] * vector[i];
        }

        return (float)sum;
    })]);
}
