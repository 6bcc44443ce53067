using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Tests.Clients;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>Epsilon is not held to: there is no accountant here.</summary>
[Specification(5, "dp-bitfit")]
public sealed class DpBitFitTests
{
    private const int Samples = 4;

    private const string Encoder = """
        {"model_type":"bert","architectures":["BertForSequenceClassification"],"num_labels":3,"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24}
        """;

    private static readonly TokenizedDataset[] Data = [Classified(1, Samples), Classified(2, 2 * Samples)];

    [Fact]
    [Checks(1)]
    public void The_sum_of_single_gradients_is_the_gradient_of_the_batch_and_that_of_a_bias_is_the_slope_of_the_loss()
    {
        using var federation = new ModelFederation(Of(new Estimator.PerSample(Bound: null)), Data, Encoder);
        var learner = federation.Learner;
        learner.Write(federation.Start);
        var whole = Gradient(learner, Enumerable.Range(0, Samples));
        var mean = new float[whole.Length];
        for (var i = 0; i < Samples; i++)
        {
            var own = Gradient(learner, [i]);
            mean = [.. mean.Zip(own, (sum, value) => sum + (value / Samples))];

            // Sample i alone: moving one bias of every tensor moves its loss so much.
            foreach (var tensor in federation.Start.Where(tensor => tensor.Key.Name.EndsWith("bias", StringComparison.Ordinal)).Take(6))
            {
                own[Place(federation.Start, tensor.Key)].ShouldBe((float)Slope(federation, tensor, i), 2e-3f);
            }
        }

        mean.ShouldBe(whole, 1e-5);
    }

    [Fact]
    [Checks(2)]
    public void Without_bound_and_noise_it_is_BitFit_by_plain_steps()
    {
        using var own = new ModelFederation(Of(new Estimator.PerSample(Bound: null)), Data, Encoder);
        using var plain = new ModelFederation(Of(new Estimator.Backprop()), Data, Encoder);
        foreach (var (mine, theirs) in own.Run(2)[1].Model.Zip(plain.Run(2)[1].Model))
        {
            mine.Values.ShouldBe(theirs.Values, 1e-5);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Checks(3)]
    public void The_sum_of_clipped_gradients_is_bounded_and_one_sample_changes_it_by_a_bound_at_most(bool automatic)
    {
        const double Bound = 0.05;
        var estimator = new Estimator.PerSample(Bound, Automatic: automatic);
        var (fewer, more) = (Sum(estimator, Samples - 1), Sum(estimator, Samples));
        Norm(fewer).ShouldBeLessThanOrEqualTo((Samples - 1) * Bound * (1 + 1e-5));
        Norm([.. more.Zip(fewer, (x, y) => x - y)]).ShouldBeInRange(1e-6, Bound * (1 + 1e-4));
        Norm(Sum(new Estimator.PerSample(Bound: null), Samples)).ShouldBeGreaterThan(Samples * Bound, "the bound counts here");
        estimator.FactorOf(0).ShouldBe(automatic ? Bound / 0.01 : 1);
        estimator.FactorOf(1).ShouldBe(automatic ? Bound / 1.01 : Bound, 1e-9);
    }

    [Fact]
    [Checks(4)]
    public void Weights_keep_their_bits()
    {
        using var federation = new ModelFederation(Of(Noisy), Data, Encoder);
        var before = federation.BaseOutputs();
        var state = federation.Run(2)[1];
        federation.BaseOutputs().ShouldBe(before);
        state.Model.ShouldAllBe(tensor => tensor.Key.Name.EndsWith("bias", StringComparison.Ordinal) || tensor.Key.Name.Contains("classifier", StringComparison.Ordinal));
        state.Model.ShouldAllBe(tensor => !tensor.Values.SequenceEqual(federation.Start[tensor.Key].Values));
    }

    [Fact]
    [Checks(5)]
    public void Noise_has_the_deviation_of_noise_times_bound_on_the_sum()
    {
        const int Length = 20_000, Batch = 5;
        const double Noise = 2, Bound = 0.3;
        using var model = new Quadratic(Sets.X(new double[Length]), (_, values) => new double[values.Length]);
        var after = Step(model, new Estimator.PerSample(Bound, Noise), Sets.X(new double[Length]), Batch);
        Math.Sqrt(after.Select(value => (double)value * value).Average()).ShouldBe(Noise * Bound / Batch, 0.02 * Noise * Bound / Batch);
        after.Average().ShouldBe(0, 0.01f);
        using var again = new Quadratic(Sets.X(new double[Length]), (_, values) => new double[values.Length]);
        Step(again, new Estimator.PerSample(Bound, Noise), Sets.X(new double[Length]), Batch, version: 4).ShouldNotBe(after, "every round has noise of its own");
    }

    [Fact]
    public void What_cannot_hold_is_refused()
    {
        MethodRules.Refusals(Of(new Estimator.PerSample(Bound: null, Noise: 1))).ShouldHaveSingleItem().ShouldContain("per_sample");
        MethodRules.Refusals(Of(new Estimator.PerSample(Bound: 0))).ShouldHaveSingleItem().ShouldContain("per_sample");
        MethodRules.Refusals(Catalogue.DpBitFit).ShouldBeEmpty();
    }

    private static Estimator.PerSample Noisy => (Estimator.PerSample)Catalogue.DpBitFit.LocalProgram.Phases[0].Estimator;

    private static Method Of(Estimator estimator) => Catalogue.DpBitFit with
    {
        LocalProgram = Catalogue.DpBitFit.LocalProgram.WithEveryPhase(phase => phase with { Estimator = estimator, Optimizer = new OptimizerSpec.Sgd(0.1), Budget = new Budget.Steps(3), BatchSize = Samples }),
    };

    // One step at rate 1 over the first samples, times their number.
    private static double[] Sum(Estimator estimator, int samples)
    {
        var method = Of(estimator);
        method = method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(1), Budget = new Budget.Steps(1) }) };
        using var federation = new ModelFederation(method, [Classified(1, samples)], Encoder);
        var trained = federation.Run(1)[0].Model;
        return [.. trained.SelectMany(tensor => tensor.Values.Zip(federation.Start[tensor.Key].Values, (now, then) => samples * ((double)now - then)))];
    }

    private static float[] Step(Quadratic model, Estimator estimator, ParameterSet start, int samples, int version = 3)
    {
        var method = Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(Estimator: estimator, Optimizer: new OptimizerSpec.Sgd(1), Budget: new Budget.Steps(1))]) };
        var order = new WorkOrder("run", version, 10, "train", "c1", WorkOrder.CurrentProtocol, 1, "", "", method);
        return LocalProgramRunner.Run(order, Sets.Body(start), MessageBody.Empty, start, model, Quadratic.Data(samples), CancellationToken.None).Answer.Section(MessageBody.Parameters).Values();
    }

    private static float[] Gradient(Learning.Training.Learner learner, IEnumerable<int> samples)
    {
        learner.Trainable.ZeroGradient();
        learner.AddGradient(Rows(samples));
        return [.. learner.Trainable.ReadGradient().SelectMany(tensor => tensor.Values)];
    }

    private static double Slope(ModelFederation federation, HostTensor tensor, int sample)
    {
        const float Step = 1e-2f;
        double LossAt(float step)
        {
            federation.Learner.Write(new ParameterSet(federation.Start.Select(other => other.Key == tensor.Key ? other with { Values = [other.Values[0] + step, .. other.Values[1..]] } : other)));
            return federation.Learner.Loss(Rows([sample]));
        }

        var slope = (LossAt(Step) - LossAt(-Step)) / (2 * Step);
        federation.Learner.Write(federation.Start);
        return slope;
    }

    private static int Place(ParameterSet set, TensorKey key) => set.TakeWhile(tensor => tensor.Key != key).Sum(tensor => tensor.Values.Length);

    private static TokenRows Rows(IEnumerable<int> samples)
    {
        var rows = new TokenRows();
        Data[0].Fill(rows, [.. samples]);
        return rows;
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static TokenizedDataset Classified(int seed, int count) =>
        new([.. Enumerable.Range(0, count).Select(i => new TokenizedExample([.. Enumerable.Range(0, 6).Select(t => (seed + (7 * i) + (t * t)) % 37)], [], Class: (seed + i) % 3))], default);
}
