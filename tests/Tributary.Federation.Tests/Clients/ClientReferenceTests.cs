using System.Text.Json;
using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Autograd;
using Tributary.Learning.Optimization;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Clients;

/// <summary>Against the client-side traces of the reference suite, math/federated_server.json.</summary>
public sealed class ClientReferenceTests
{
    [SharedDataFact]
    [Trait("Method", "scaffold")]
    public async Task Scaffold_follows_the_reference_through_the_whole_loop()
    {
        using var document = Open();
        var scaffold = document.RootElement.GetProperty("scaffold");
        var targets = scaffold.GetProperty("targets").EnumerateArray().Select(Numbers).ToArray();
        var expected = scaffold.GetProperty("after_round").EnumerateArray().ToArray();
        var start = Sets.X(Numbers(scaffold.GetProperty("x0")));
        var layout = TensorLayout.Of(start);
        var method = Catalogue.Scaffold with
        {
            Weighting = new Weighting.Uniform(),
            LocalProgram = Catalogue.Scaffold.LocalProgram.WithEveryPhase(phase => phase with
            {
                Optimizer = new OptimizerSpec.Sgd(scaffold.GetProperty("local_lr").GetDouble()),
                Budget = new Budget.Steps(scaffold.GetProperty("local_steps").GetInt32()),
            }),
        };
        using var folder = new TemporaryFolder();
        for (var rounds = 1; rounds <= expected.Length; rounds++)
        {
            using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(layout, method));
            var states = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(layout));
            var worker = new ClientWorker(states, layout, start);
            var pool = new WorkerPool(worker, states, client => Quadratic.Towards(start, targets[client]));
            var plan = new RunPlan("run", "config", method, rounds, ["0", "1", "2"], layout, 1);
            var state = await new RoundLoop(plan, store, pool, new TrafficNobody(), TimeProvider.System).RunAsync(start, CancellationToken.None);
            state.Model.Values().ShouldBeNear(Numbers(expected[rounds - 1].GetProperty("x")));
            state.Body.Section(MessageBody.Control).Values().ShouldBeNear(Numbers(expected[rounds - 1].GetProperty("c")));
            for (var client = 0; client < 3; client++)
            {
                states.Load($"{client}").Section(MessageBody.Control).Values().ShouldBeNear(Numbers(expected[rounds - 1].GetProperty("c_i")[client]), 5e-6);
            }
        }
    }

    [SharedDataFact]
    [Trait("Method", "fedprox")]
    public void The_proximal_gradient_follows_the_reference()
    {
        using var document = Open();
        var prox = document.RootElement.GetProperty("fedprox");
        using var backend = new ReferenceBackend<float>();
        var global = Sets.X(Numbers(prox.GetProperty("w_global")));
        using var vector = new TrainableVector(backend, TensorLayout.Of(global).Tensors);
        vector.Write(global);
        using var term = new ProximalTerm(new LossTerm.Proximal(prox.GetProperty("mu").GetDouble()), backend, vector.Values);
        vector.Write(Sets.X(Numbers(prox.GetProperty("w_local"))));
        backend.Upload([.. Numbers(prox.GetProperty("grad_of_task")).Select(v => (float)v)], vector.Gradient);
        term.AddGradient(vector);
        vector.ReadGradient().Values().ShouldBeNear(Numbers(prox.GetProperty("total_grad")));
    }

    private static JsonDocument Open() => JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "math", "federated_server.json")));

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private sealed class TrafficNobody : IRunObserver;

    private sealed class WorkerPool(ClientWorker worker, ClientStateStore states, Func<int, Quadratic> modelOf) : IClientPool
    {
        private readonly Queue<Dispatched> waiting = [];

        public bool HasArrived => waiting.Count > 0;

        public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
        {
            waiting.Enqueue(work);
            return default;
        }

        public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
        {
            var work = waiting.Dequeue();
            using var model = modelOf(int.Parse(work.Order.Client));
            return new(worker.Run(work, model, Quadratic.Data(4), cancellation));
        }

        public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
        {
            states.Settle(key, accepted);
            return default;
        }

        public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;
    }
}
