using Tributary.Federation.Deployment;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Rounds;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Deployment;

public sealed class PreparedRunTests : IDisposable
{
    private static readonly ParameterSet Start = Sets.X(1, 2, 3);
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Ids => [.. Catalogue.All.Select(method => method.Id)];

    private string Run => folder.PathOf("run");

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_run_of_any_method_comes_back_as_it_was_written(string id)
    {
        var plan = Plan(Catalogue.Find(id)!);
        PreparedRun.IsIn(Run).ShouldBeFalse();
        PreparedRun.Write(Run, plan, Start);

        PreparedRun.IsIn(Run).ShouldBeTrue();
        var read = PreparedRun.Read(Run).Plan;
        Order(read).ToJson().ShouldBe(Order(plan).ToJson());
        read.Clients.ShouldBe(plan.Clients);
        (read.Rounds, read.ConfigHash, read.Layout.Elements).ShouldBe((plan.Rounds, plan.ConfigHash, plan.Layout.Elements));
        read.Layout.Tensors.Select(tensor => tensor.Key).ShouldBe(plan.Layout.Tensors.Select(tensor => tensor.Key));
        read.Layout.Units.Single().Axes.ShouldBe(plan.Layout.Units.Single().Axes);
    }

    [Fact]
    public async Task It_is_played_from_the_state_it_was_prepared_with()
    {
        PreparedRun.Write(Run, Plan(Catalogue.FedIt), Start);
        var prepared = PreparedRun.Read(Run);
        using var store = new FolderRunStore(folder.PathOf("server"), prepared.Schema);
        var states = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(prepared.Plan.Layout));
        var pool = new ScriptedPool(states, prepared.Plan.Layout, (_, received, _) => (
            MessageBody.Empty.WithNumber(Update.ExamplesNumber, 1).WithSection(
                MessageBody.Parameters, new ParameterSet(received.Section(MessageBody.Parameters).Select(tensor => tensor with { Values = [.. tensor.Values.Select(value => value + 1)] }))),
            MessageBody.Empty));
        await prepared.PlayAsync(store, pool, new Silent(), TimeProvider.System, CancellationToken.None);
        store.Latest.Model.Values().ShouldBe(Sets.X(3, 4, 5).Values());
    }

    [Theory]
    [InlineData("run.json", "{")]
    [InlineData("run.json", "{}")]
    [InlineData("run.json", "null")]
    [InlineData("initial.safetensors", "nothing")]
    public void What_is_damaged_is_named(string file, string content)
    {
        PreparedRun.Write(Run, Plan(Catalogue.FedIt), Start);
        File.WriteAllText(Path.Combine(Run, file), content);
        Should.Throw<InputException>(() => PreparedRun.Read(Run)).Message.ShouldContain(file);
    }

    public void Dispose() => folder.Dispose();

    private static RunPlan Plan(Method method) => new(
        "run", "config", method, 2, ["b", "a"], new TensorLayout(Start.Select(tensor => (tensor.Key, tensor.Shape))) { Units = [new UnitSpace(3, [new UnitAxis("x", 0, 0, true)], true)] }, 7)
    {
        BaseWeights = "base",
        Tokenizer = "words",
    };

    private static WorkOrder Order(RunPlan plan) => new(plan.Run, 0, plan.Rounds, "train", "a", WorkOrder.CurrentProtocol, plan.Seed, plan.BaseWeights, plan.Tokenizer, plan.Method);

    private sealed class Silent : IRunObserver;
}
