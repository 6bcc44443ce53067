using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Tests.Clients;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedlora-wu")]
public sealed class FedLoraWuTests : IDisposable
{
    private static readonly SeveralConfig Adapters = new(new Dictionary<string, AdapterConfig> { ["shared"] = new FullConfig(), ["own"] = new LoraConfig(2, 4) });
    private readonly TinyOwners models = new();

    [Fact]
    [Checks(1)]
    public void An_upload_is_all_weights_and_nothing_low_rank_and_the_own_addition_survives_joining()
    {
        using var federation = new OwnerFederation(Small(2, 2), models.Alike(Adapters, 2));
        var states = federation.Run(2);
        foreach (var visit in federation.Visits)
        {
            visit.Up.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Key.Adapter == "shared");
            visit.Up.Section(MessageBody.Parameters).Elements.ShouldBe(federation.Start.Where(key => key.Adapter == "shared").Elements);
        }

        var kept = federation.Visits.Last(visit => visit.Client == "c1").State.Section(LocalProgramRunner.PrivateSection);
        foreach (var tensor in kept)
        {
            tensor.Key.Adapter.ShouldBe("own");
            federation.Served(states[1], "c1")[tensor.Key].Values.ShouldBe(tensor.Values);
        }
    }

    [Fact]
    [Checks(2)]
    public void Each_phase_changes_its_own_tensors_alone()
    {
        foreach (var (number, trained) in ((int, string)[])[(0, "own"), (1, "shared")])
        {
            var program = Small(2, 2).LocalProgram;
            using var federation = new OwnerFederation(Small(2, 2) with { LocalProgram = program with { Phases = [program.Phases[number]] } }, models.Alike(Adapters, 1));
            var served = federation.Served(federation.Run(1)[0], "c1");
            foreach (var tensor in federation.Start)
            {
                if (tensor.Key.Adapter != trained)
                {
                    served[tensor.Key].Values.ShouldBe(tensor.Values);
                }
            }

            served.ShouldContain(tensor => !tensor.Values.SequenceEqual(federation.Start[tensor.Key].Values));
        }
    }

    [Fact]
    [Checks(3)]
    public void The_shared_weights_end_where_the_target_is_without_the_own_addition()
    {
        // ½‖σ + BA − T‖² of one number each: after the second phase σ = T − BA.
        using var model = new Addition(target: 3);
        var initial = Sets.Of(model.Start("own", "lora_A", 0.5f), model.Start("own", "lora_B", 0), model.Start("shared", "weight", 1));
        using var federation = new OwnerFederation(Small(5, 200), [new Owner("a", model, initial, Quadratic.Data(1))], initial);
        var served = federation.Served(federation.Run(1)[0], "a");
        var addition = Value(served, "own", "lora_A") * Value(served, "own", "lora_B");
        addition.ShouldBeGreaterThan(0.1f);
        Value(served, "shared", "weight").ShouldBe(3 - addition, 1e-4f);
    }

    [Fact]
    [Checks(4)]
    public void Without_an_addition_it_is_averaging_of_all_weights()
    {
        var program = Small(2, 2).LocalProgram;
        using var federation = new OwnerFederation(Small(2, 2) with { LocalProgram = program with { Phases = [program.Phases[1]] } }, models.Alike(Adapters, 2));
        var dense = Catalogue.FedIt with { Adaptation = new FullConfig(), LocalProgram = new LocalProgram([program.Phases[1] with { Adapters = null }]) };
        using var plain = new OwnerFederation(dense, models.Alike(new FullConfig(), 2));
        var (mine, theirs) = (federation.Run(2)[1].Model, plain.Run(2)[1].Model);
        foreach (var tensor in theirs)
        {
            mine[tensor.Key with { Adapter = "shared" }].Values.ShouldBe(tensor.Values);
        }
    }

    [Fact]
    [Checks(5)]
    public void With_adapters_for_weights_it_suits_a_language_model_and_sends_the_larger_adapter_alone()
    {
        var lora = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["shared"] = new LoraConfig(4, 8), ["own"] = new LoraConfig(2, 4) });
        using var federation = new OwnerFederation(Small(2, 2) with { Adaptation = lora }, models.Alike(lora, 2));
        federation.Run(2);
        federation.Visits.SelectMany(visit => visit.Up.Section(MessageBody.Parameters)).ShouldAllBe(tensor => tensor.Key.Adapter == "shared");
    }

    public void Dispose() => models.Dispose();

    private static Method Small(int own, int shared) => Catalogue.FedLoraWu with
    {
        Adaptation = Adapters,
        LocalProgram = new LocalProgram(
        [
            new Phase(Optimizer: new OptimizerSpec.Sgd(0.1), Budget: new Budget.Steps(own)) { Adapters = ["own"] },
            new Phase(Optimizer: new OptimizerSpec.Sgd(0.1), Budget: new Budget.Steps(shared)) { Adapters = ["shared"] },
        ]),
    };

    private static float Value(ParameterSet set, string adapter, string role) => set.Single(tensor => tensor.Key.Adapter == adapter && tensor.Key.Role == role).Values[0];

    /// <summary>½(σ + ba − T)² of three numbers.</summary>
    private sealed class Addition : IClientModel, IClientBackbone, IDisposable
    {
        private readonly ReferenceBackend<double> backend = new();
        private readonly double target;

        public Addition(double target)
        {
            this.target = target;
            Trainable = new TrainableVector(backend, [(Key("own", "lora_A"), [1, 1]), (Key("own", "lora_B"), [1, 1]), (Key("shared", "weight"), [1, 1])]);
        }

        public IBackend Backend => backend;

        public TrainableVector Trainable { get; }

        public ulong DropoutKey { get; set; }

        public ParameterSet Initial(ulong seed) => throw new NotSupportedException();

        public HostTensor Start(string adapter, string role, float value) => new(Key(adapter, role), [1, 1], [value]);

        public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work) => work(this);

        public double Loss(TokenRows batch) => throw new NotSupportedException();

        public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction) => throw new NotSupportedException();

        public double AddGradient(TokenRows batch, float scale = 1)
        {
            var values = new double[3];
            backend.Read(Trainable.Values, values);
            var (a, b, sigma) = (values[0], values[1], values[2]);
            var error = sigma + (a * b) - target;
            backend.Upload([error * b, error * a, error], Trainable.Gradient);
            return 0.5 * error * error;
        }

        public void Dispose()
        {
            Trainable.Dispose();
            backend.Dispose();
        }

        private static TensorKey Key(string adapter, string role) => new(TensorKey.MainModel, adapter, 0, role, role);
    }
}
