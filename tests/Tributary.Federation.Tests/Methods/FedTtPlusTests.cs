using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.TensorTrain;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedtt-plus", "fedtt")]
public sealed class FedTtPlusTests
{
    private static readonly TokenizedDataset[] Data = [ModelFederation.Texts(1, 5), ModelFederation.Texts(2, 3)];

    [Fact]
    [Trait("Method", "fedtt")]
    [Checks(3)]
    public void Averages_of_one_core_are_averages_of_the_matrices_and_those_of_all_cores_are_not()
    {
        LargestError(Catalogue.FedTtPlus).ShouldBeLessThan(1e-6);
        LargestError(Catalogue.FedTt).ShouldBeGreaterThan(1e-4);
    }

    [Fact]
    [Checks(4)]
    public void Rounds_train_and_send_one_core_of_every_projection_in_turn()
    {
        using var federation = new ModelFederation(Small(Catalogue.FedTtPlus), Data);
        federation.Run(4);
        foreach (var (version, _, _, up) in federation.Visits)
        {
            var core = ((int[])[2, 0, 1, 2])[version];
            var sent = up.Section(MessageBody.Parameters);
            sent.Select(tensor => tensor.Key.WireName).ShouldBe(federation.Layout.Tensors.Select(tensor => tensor.Key.WireName).Where(name => name.EndsWith($"cores.{core}", StringComparison.Ordinal)));
        }

        var expected = federation.Visits.Where(visit => visit.Client == "c1").Sum(visit => 4 * visit.Up.Section(MessageBody.Parameters).Elements);
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(expected);
        expected.ShouldBeLessThan(4 * 4 * federation.Start.Elements / 2);
    }

    [Fact]
    public void Every_core_has_moved_when_each_had_its_turn()
    {
        using var federation = new ModelFederation(Small(Catalogue.FedTtPlus), Data);
        var model = federation.Run(3)[2].Model;
        model.ShouldAllBe(tensor => !tensor.Values.SequenceEqual(federation.Start[tensor.Key].Values));
    }

    [Fact]
    [Checks(5)]
    public void A_last_core_of_zeros_changes_nothing()
    {
        using var federation = new ModelFederation(Small(Catalogue.FedTtPlus), Data);
        federation.Logits(federation.Start).ShouldBe(federation.BaseLogits());
    }

    [Fact]
    [Checks(2)]
    public void Trains_of_full_rank_give_back_any_matrix()
    {
        // W [2·3, 2·2] as two cores by the singular values of [(m1, n1), (m2, n2)].
        var w = new HostMatrix(6, 4, [.. Enumerable.Range(0, 24).Select(i => Math.Sin((1.1 * i * i) + 0.3))]);
        var unfolded = new HostMatrix(4, 6);
        for (var i = 0; i < 24; i++)
        {
            var (row, column) = (i / 4, i % 4);
            unfolded[(row / 3 * 2) + (column / 2), (row % 3 * 2) + (column % 2)] = w[row, column];
        }

        var svd = JacobiSvd.Of(unfolded);
        var rank = svd.S.Length;
        float[] first = [.. Enumerable.Range(0, 4 * rank).Select(i => (float)(svd.U[i / rank, i % rank] * svd.S[i % rank]))];
        float[] second = [.. Enumerable.Range(0, rank * 6).Select(i => (float)svd.V[i % 6, i / 6])];
        var train = Contracted([new HostTensor(Sets.Key("0"), [1, 2, 2, rank], first), new HostTensor(Sets.Key("1"), [rank, 3, 2, 1], second)]);
        LoraFederation.Distance(train, w).ShouldBeLessThan(1e-5);
    }

    [Fact]
    [Trait("Method", "fedtt")]
    [Checks(1)]
    public void What_cores_are_contracted_to_is_the_matrix_of_their_definition()
    {
        using var federation = new ModelFederation(Small(Catalogue.FedTt), Data);
        var projections = federation.Run(1)[0].Model.GroupBy(tensor => tensor.Key.WireName[..tensor.Key.WireName.LastIndexOf('.')], StringComparer.Ordinal).ToArray();
        projections.Length.ShouldBeGreaterThan(1);
        foreach (var cores in projections)
        {
            var expected = Dense([.. cores]);
            expected.Values.ShouldContain(value => value != 0);
            LoraFederation.Distance(Contracted([.. cores]), expected).ShouldBeLessThan(1e-5);
        }
    }

    private static Method Small(Method method) => method with
    {
        Adaptation = new TensorTrainConfig(Size: 8, Rank: 2),
        LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.AdamW(0.02), Budget = new Budget.Steps(3) }),
    };

    // The largest distance between a projection of the averaged cores and the average of the clients' projections, in three rounds.
    private static double LargestError(Method method)
    {
        using var federation = new ModelFederation(Small(method), Data);
        var before = federation.Start;
        var largest = 0.0;
        foreach (var (state, version) in federation.Run(3).Select((state, version) => (state, version)))
        {
            var clients = federation.Visits.Where(visit => visit.Version == version).Select(visit => before.ReplacedBy(visit.Up.Section(MessageBody.Parameters))).ToArray();
            foreach (var projection in state.Model.GroupBy(tensor => tensor.Key.WireName[..tensor.Key.WireName.LastIndexOf('.')], StringComparer.Ordinal))
            {
                TensorKey[] cores = [.. projection.Select(core => core.Key)];
                var (first, second) = (Of(clients[0]), Of(clients[1]));
                var mean = new HostMatrix(first.Rows, first.Columns, [.. first.Values.Zip(second.Values, (a, b) => ((5 * a) + (3 * b)) / 8)]);
                largest = Math.Max(largest, LoraFederation.Distance(Of(state.Model), mean));

                HostMatrix Of(ParameterSet set) => Dense([.. cores.Select(core => set[core])]);
            }

            before = state.Model;
        }

        return largest;
    }

    // The operation of the model's forward pass.
    private static HostMatrix Contracted(HostTensor[] cores)
    {
        using var backend = new CpuBackend(1);
        using var tape = new Tape(backend) { Mode = TapeMode.Infer };
        using var trained = new TrainableVector(backend, cores.Select(core => (core.Key, core.Shape)));
        trained.Write(new ParameterSet(cores));
        var shape = new TrainShape([.. cores.Select(core => core.Shape[1])], [.. cores.Select(core => core.Shape[2])], cores[0].Shape[3]);
        var values = new float[shape.Rows * shape.Columns];
        backend.Read(tape.TensorTrain([.. trained.Parameters.Select(tape.Use)], shape).Value, values);
        return HostMatrix.Of(shape.Rows, shape.Columns, values);
    }

    // W[(i1 … iJ), (o1 … oJ)] = G1[i1, o1] · … · GJ[iJ, oJ].
    private static HostMatrix Dense(IReadOnlyList<HostTensor> cores)
    {
        var (rows, columns) = (cores.Aggregate(1, (all, core) => all * core.Shape[1]), cores.Aggregate(1, (all, core) => all * core.Shape[2]));
        var dense = new HostMatrix(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                double[] product = [1];
                var (i, o, rowsBehind, columnsBehind) = (row, column, rows, columns);
                foreach (var core in cores)
                {
                    var (m, n, right) = (core.Shape[1], core.Shape[2], core.Shape[3]);
                    (rowsBehind, columnsBehind) = (rowsBehind / m, columnsBehind / n);
                    var (at, to) = (i / rowsBehind, o / columnsBehind);
                    (i, o) = (i % rowsBehind, o % columnsBehind);
                    product = [.. Enumerable.Range(0, right).Select(r => product.Select((p, l) => p * core.Values[(((((l * m) + at) * n) + to) * right) + r]).Sum())];
                }

                dense[row, column] = product[0];
            }
        }

        return dense;
    }
}
