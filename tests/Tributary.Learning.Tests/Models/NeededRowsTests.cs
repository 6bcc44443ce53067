using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>A last block that goes on with the needed rows alone gives what it gives for all rows.</summary>
public class NeededRowsTests
{
    private static readonly Dictionary<string, AdapterConfig> Kinds = new(StringComparer.Ordinal)
    {
        ["full"] = new FullConfig(),
        ["LoRA with dropout"] = new LoraConfig(Rank: 2, Dropout: 0.3),
        ["prefixes"] = new PrefixTuningConfig(3),
        ["bottlenecks"] = new BottleneckConfig(ReductionFactor: 4, AfterAttention: true),
    };

    public static TheoryData<string, string> Adapted
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var family in TinyModels.Families)
            {
                foreach (var kind in Kinds.Keys)
                {
                    data.Add(family, kind);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Adapted))]
    public void Losses_of_labelled_rows_are_the_same_and_gradients_agree(string config, string kind) => Check(config, Kinds[kind], new LanguageModelling(), new OfAllRows());

    [Theory]
    [MemberData(nameof(Adapted))]
    public void Losses_of_pooled_rows_are_the_same_and_gradients_agree(string config, string kind)
    {
        if (!config.Contains("\"t5\"", StringComparison.Ordinal))
        {
            Check(TinyModels.Classifier(config, 3), Kinds[kind], new SequenceClassification(), new OfAllRows());
        }
    }

    private static void Check(string config, AdapterConfig kind, IObjective needed, IObjective all)
    {
        if (config.Contains("\"t5\"", StringComparison.Ordinal) && kind is PrefixTuningConfig)
        {
            return; // prefixes stand before the rows of decoders and encoders alone
        }

        using (var fast = new CpuBackend(2))
        {
            using var model = TinyModels.Build(config, fast);
            Run(model, kind, needed).Loss.ShouldBe(Run(model, kind, all).Loss);
        }

        using var exact = new ReferenceBackend<double>();
        using var same = TinyModels.Build(config, exact);
        var (_, gradient, slope) = Run(same, kind, needed);
        var (_, expectedGradient, expectedSlope) = Run(same, kind, all);
        slope.ShouldBe(expectedSlope, 1e-6 * Math.Abs(expectedSlope));
        foreach (var (tensor, expected) in gradient.Zip(expectedGradient))
        {
            var largest = expected.Values.Max(Math.Abs);
            for (var i = 0; i < tensor.Values.Length; i++)
            {
                ((double)tensor.Values[i]).ShouldBe(expected.Values[i], 1e-6 * (largest + 1e-6), tensor.Key.Name);
            }
        }
    }

    private static (double Loss, ParameterSet Gradient, double Slope) Run(LanguageModel model, AdapterConfig kind, IObjective objective)
    {
        using var tape = new Tape(model.Backend);
        var adapter = kind.Resolve(model)[0];
        using var learner = new Learner(model, [adapter], objective, tape) { DropoutKey = 5 };
        var values = adapter.Initial(model, 3);
        if (kind is not FullConfig)
        {
            foreach (var tensor in values)
            {
                InitialValues.Normal(tensor, 4, 0.3);
            }
        }

        learner.Trainable.Write(values);
        learner.Trainable.ZeroGradient();
        var rows = Rows(model);
        var loss = learner.AddGradient(rows);
        var gradient = learner.Trainable.ReadGradient();
        return (loss, gradient, learner.DirectionalDerivative(rows, gradient));
    }

    // An instruction with an answer that has a gap, a sequence without labels, and one with a label at its end.
    private static TokenRows Rows(LanguageModel model)
    {
        var rows = new TokenRows();
        var source = model.Encoder is null ? Array.Empty<int>() : [4, 5, 6];
        rows.Add([3, 9, 27, 4, 5, 30, 8, 6], [-100, -100, -100, 5, -100, 8, 6, -100], sampleKey: 4, classLabel: 2, pooledAt: Pooled(6), answered: source);
        rows.Add([8, 2, 30], [], sampleKey: 5, classLabel: 0, pooledAt: Pooled(2), answered: source);
        rows.Add([8, 2, 30, 7, 11], [-100, -100, -100, -100, 3], sampleKey: 6, classLabel: 1, pooledAt: Pooled(4), answered: source);
        return rows;

        int Pooled(int last) => model.Shape.Pooled == PooledRow.First ? 0 : last;
    }

    /// <summary>The same losses from hidden rows of the whole batch.</summary>
    private sealed class OfAllRows : IObjective
    {
        public Var Loss(LanguageModel model, Pass pass, float scale)
        {
            var (tape, scores) = (pass.Tape, model.Shape.Classes > 0);
            var selected = scores ? pass.Rows.Pooled(model.Shape.Pooled) : pass.Rows.Labelled;
            var hidden = model.Finish(pass, pass.Select(model.Hidden(pass), selected));
            return scores
                ? tape.CrossEntropy(model.Head.Forward(pass, hidden), pass.Rows.ClassMemory, scale)
                : tape.HeadLoss(hidden, model.Head.WeightIn(pass), model.Head.BiasIn(pass), pass.Rows.LabelledRowLabels, scale);
        }

        public int Terms(TokenRows rows) => rows.SegmentCount;
    }
}
