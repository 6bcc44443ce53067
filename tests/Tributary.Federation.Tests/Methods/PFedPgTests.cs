using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Clients;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "pfedpg")]
public sealed class PFedPgTests
{
    private const int Rows = 3;
    private const int Width = 4;
    private static readonly TensorKey Prompt = Sets.Key("prompt_embeddings", "prompt");
    private static readonly TensorKey Head = Sets.Key("base_model.score.weight", "head");
    private static readonly string[] Clients = ["a", "b"];
    private static readonly ParameterSet Start = Sets.Of(HostTensor.Zeros(Prompt, [Rows, Width]), HostTensor.Zeros(Head, [2, Width]));
    private static readonly Method Small = Catalogue.PFedPg with
    {
        Adaptation = new PromptTuningConfig(Rows),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(0.1), Budget = new Budget.Steps(5) }),
        ServerStep = new ServerStep.Generator(BasisRows: 5, Heads: 2, Step: new ServerStep.Replace(LearningRate: 0.05)),
    };

    [Fact]
    [Checks(1)]
    public void Nothing_is_averaged_so_that_swapped_uploads_change_both_next_prompts()
    {
        var state = Begin(Small);
        var (one, other) = (Filled(i => i), Filled(i => 1 - (0.3f * i)));
        var straight = Step(state, (one, other));
        var swapped = Step(state, (other, one));
        foreach (var client in Clients)
        {
            PromptOf(straight, client).ShouldNotBe(PromptOf(swapped, client));
        }

        var equal = WithEqualDescriptors(state);
        PromptOf(Step(equal, (one, other)), "a").ShouldNotBe(PromptOf(equal, "a"));
        LoraFederation.Distance(Generator(Step(equal, (one, other))).Prompt("a"), Generator(Step(equal, (other, one))).Prompt("b")).ShouldBeLessThan(1e-6);
    }

    [Fact]
    [Checks(2)]
    public void With_one_head_and_one_row_of_basis_all_prompts_are_alike_and_the_basis_sees_the_sum_of_changes()
    {
        var method = Small with { ServerStep = new ServerStep.Generator(BasisRows: 1, Heads: 1, Step: new ServerStep.Replace(1)) };
        var state = Begin(method);
        PromptOf(state, method, "a").ShouldBe(PromptOf(state, method, "b"));
        var (one, other) = (Filled(i => i), Filled(i => 1 - (0.3f * i)));
        var made = state.Body.Section("generator");
        var projection = Matrix(made, "output").Times(Matrix(made, "value"));
        var after = Step(state, (one, other), method).Body.Section("generator");
        var sum = new HostMatrix(1, Width);
        foreach (var change in (float[][])[one, other])
        {
            for (var i = 0; i < change.Length; i++)
            {
                sum.Values[i % Width] += change[i];
            }
        }

        var moved = Matrix(after, "basis").Values.Zip(Matrix(made, "basis").Values, (x, y) => x - y).ToArray();
        moved.ShouldBe(sum.Times(projection).Values, 1e-5);
    }

    [Fact]
    [Checks(3)]
    public void Without_changes_the_generator_stays()
    {
        foreach (var step in (ServerStep[])[new ServerStep.Replace(), new ServerStep.Adam(), new ServerStep.AdamW(WeightDecay: 0)])
        {
            var method = Small with { ServerStep = new ServerStep.Generator(BasisRows: 5, Heads: 2, Step: step) };
            var state = Begin(method);
            var after = Step(state, (Filled(_ => 0), Filled(_ => 0)), method);
            foreach (var tensor in state.Body.Section("generator"))
            {
                after.Body.Section("generator")[tensor.Key].Values.ShouldBe(tensor.Values);
            }
        }
    }

    [Fact]
    [Checks(4)]
    public void An_upload_is_the_prompt_alone_and_the_generator_never_leaves_the_server()
    {
        using var federation = Federation();
        federation.Run(2);
        foreach (var visit in federation.Visits)
        {
            visit.Up.Section(MessageBody.Parameters).Single().Key.ShouldBe(Prompt);
            visit.Down.Sections.Keys.ShouldBe([MessageBody.Parameters]);
            visit.Down.Section(MessageBody.Parameters).Single().Key.ShouldBe(Prompt);
        }

        federation.Ledger.Clients["a"].Up.ValueBytes.ShouldBe(2 * Rows * Width * 4);
        federation.Ledger.Clients["a"].Down.ValueBytes.ShouldBe(2 * Rows * Width * 4);
        federation.Forecast(2).ShouldBe(federation.Ledger.Rounds.Values);
    }

    [Fact]
    [Checks(5)]
    public void The_chain_rule_is_the_slope_of_the_surrogate()
    {
        var tensors = Begin(Small).Body.Section("generator");
        (string, HostMatrix)[] upstream = [("a", HostMatrix.Of(Rows, Width, Filled(i => i))), ("b", HostMatrix.Of(Rows, Width, Filled(i => 1 - (0.3f * i))))];
        var slopes = new PromptGenerator(tensors, 2).Pull(upstream);
        foreach (var tensor in tensors)
        {
            for (var i = 0; i < tensor.Values.Length; i++)
            {
                const float Step = 1e-2f;
                var (up, down) = (Surrogate(Moved(tensors, tensor.Key, i, Step)), Surrogate(Moved(tensors, tensor.Key, i, -Step)));
                ((double)slopes[tensor.Key].Values[i]).ShouldBe((up - down) / (2 * Step), 2e-3, tensor.Key.WireName);
            }
        }

        double Surrogate(ParameterSet moved)
        {
            var generator = new PromptGenerator(moved, 2);
            return upstream.Sum(pair => generator.Prompt(pair.Item1).Values.Zip(pair.Item2.Values, (p, u) => p * u).Sum());
        }
    }

    [Fact]
    public void Prompts_move_towards_what_each_client_wants()
    {
        using var federation = Federation(new ServerStep.AdamW(LearningRate: 0.03));
        var states = federation.Run(40);
        Distance(states[39], "a", 1).ShouldBeLessThan(0.5 * Distance(states[0], "a", 1));
        Distance(states[39], "b", -1).ShouldBeLessThan(0.5 * Distance(states[0], "b", -1));

        double Distance(ServerState state, string client, double target) => Math.Sqrt(federation.Served(state, client)[Prompt].Values.Sum(value => (value - target) * (value - target)));
    }

    [Fact]
    public void A_clients_model_is_its_own_prompt_and_head()
    {
        using var federation = Federation();
        var state = federation.Run(2)[1];
        federation.Served(state, "a")[Prompt].Values.ShouldBe(PromptOf(state, "a"));
        federation.Served(state, "b")[Head].Values.ShouldBe(federation.StateOf("b").Section("private")[Head].Values);
        federation.Served(state, "a")[Head].Values.ShouldNotBe(federation.Served(state, "b")[Head].Values);
    }

    // Client a wants ones everywhere, client b the opposite.
    private static OwnerFederation Federation(ServerStep? step = null) => new(Small with { ServerStep = new ServerStep.Generator(BasisRows: 5, Heads: 2, Step: step ?? new ServerStep.Replace(0.05)) }, [.. Clients.Select(client => new Owner(
        client, Quadratic.Towards(Start, [.. Enumerable.Repeat(client == "a" ? 1.0 : -1.0, (Rows + 2) * Width)]), Start, Quadratic.Data(4)))]);

    private static ServerState Begin(Method method) => ServerRules.Begin(new RunPlan("run", "config", method, 1, Clients, TensorLayout.Of(Start), 1), ServerState.Initial(Start));

    private static ServerState Step(ServerState state, (float[] A, float[] B) changes, Method? method = null)
    {
        method ??= Small;
        var bodies = new[] { changes.A, changes.B }.Select(values => Sets.Body(Sets.Of(new HostTensor(Prompt, [Rows, Width], values)))).ToArray();
        var layout = TensorLayout.Of(Start);
        var updates = Clients.Select(client => new Update(0, "train", client, new Dictionary<string, double>(), default)).ToArray();
        var contents = new RoundUpdates(new MemoryUpdates(bodies, layout), method, layout) { Updates = updates };
        return ServerRules.For(method.ServerStep).Apply(state, new Joined(ParameterSet.Empty, true, ParameterSet.Empty), new WeighedUpdates(contents, (_, _) => 1));
    }

    private static ServerState WithEqualDescriptors(ServerState state)
    {
        var made = state.Body.Section("generator");
        var copy = made[PromptGenerator.DescriptorsOf("b")] with { Values = made[PromptGenerator.DescriptorsOf("a")].Values };
        return state.WithSection("generator", made.ReplacedBy(Sets.Of(copy)));
    }

    private static PromptGenerator Generator(ServerState state) => new(state.Body.Section("generator"), 2);

    private static float[] PromptOf(ServerState state, string client) => PromptOf(state, Small, client);

    private static float[] PromptOf(ServerState state, Method method, string client) => GeneratorRule.For((ServerStep.Generator)method.ServerStep, state, client)[Prompt].Values;

    private static HostMatrix Matrix(ParameterSet made, string name) => LoraFederation.Matrix(made.Single(tensor => tensor.Key.Name == name));

    private static float[] Filled(Func<int, float> value) => [.. Enumerable.Range(0, Rows * Width).Select(value)];

    private static ParameterSet Moved(ParameterSet set, TensorKey key, int index, float step)
    {
        var copy = set[key].Copy();
        copy.Values[index] += step;
        return set.ReplacedBy(Sets.Of(copy));
    }
}
