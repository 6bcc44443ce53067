using System.Reflection;
using System.Text.Json;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Bypass;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Ia3;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Adaptation.None;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Adaptation.PTuning;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Adaptation.TensorTrain;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Tests.Parts;

public sealed class PartsJsonTests
{
    private static readonly Method Rich = Catalogue.FedIt with
    {
        Adaptation = new LoraConfig(4, 8, 0.1, ["q_proj"], true, [0, 2], new Dictionary<string, int> { ["k"] = 2 }, new Dictionary<string, double> { ["k"] = 1.5 }, ["lm_head"], LoraBias.All, null, true, ["h"]),
        Sharing = new Sharing.ByRole(new Dictionary<string, Visibility> { ["lora_A"] = Visibility.Private, ["head"] = Visibility.Frozen }),
        Initialisation = new Initialisation.Keep(),
        Cohort = new Cohort.Uniform(0.25, 3),
        Pace = new Pace.FirstK(2),
        LocalProgram = new LocalProgram([
            new Phase(["lora_A"], [new LossTerm.Task(), new LossTerm.Proximal(0.5)], new Estimator.Backprop(), new OptimizerSpec.Sgd(0.5), new Budget.Steps(7), 3,
                new GradientClipping.ByNorm(1), [new Hook.ControlVariate()], 4, new LearningRateSchedule.Cosine(EndRate: 1e-6) { WarmupRatio = 0.06 }, LearningRateSpan.Rounds),
            new Phase(LearningRateSchedule: new LearningRateSchedule.Constant(), Clipping: new GradientClipping.ByValue(0.5), Budget: new Budget.Epochs(2), Optimizer: new OptimizerSpec.Yogi())]),
        Codec = new Codec(new Encoding.Deltas(NumberFormat.BF16), new Encoding.Values(NumberFormat.BF16)),
        Weighting = new Weighting.Uniform(),
        Combine = new Combine.TrimmedMean(0.2),
        ServerStep = new ServerStep.ControlVariates(new ServerStep.Momentum(0.5, 0.25, true, true)),
        Serving = new Serving.GlobalAndPrivate(),
        Schedule = new Schedule.Parity(new Overrides(Weighting: new Weighting.Uniform()), new Overrides(Sharing: new Sharing.AllPrivate())),
    };

    private static readonly Method[] Others =
    [
        Catalogue.FedIt with { Adaptation = new FullConfig(), Combine = new Combine.Factors(Normaliser.All), ServerStep = new ServerStep.Replace(0.5) },
        Catalogue.FedIt with { Adaptation = new HeadConfig(), Combine = new Combine.Median(), ServerStep = new ServerStep.Adagrad(0.1, 0.9, 0.01) },
        Catalogue.FedIt with { Adaptation = new NoneConfig(), Cohort = new Cohort.All(), ServerStep = new ServerStep.Adam(Form: MomentForm.OpenFedLlm) },
        Catalogue.FedIt with { Adaptation = new BitFitConfig(), ServerStep = new ServerStep.ResidualToBase(3) },
        Catalogue.FedIt with { Adaptation = new BypassConfig(3, 0.25) },
        Catalogue.Flasc with { Capacity = new Capacity.Densities([0.25, 1], new Dictionary<string, double> { ["c1"] = 0.5 }) },
        Catalogue.FedIt with { Adaptation = new LoraExpertsConfig(4, 2, 3, 0.1, 1, ["q_proj"]) { Held = ["q_proj.experts.0.lora_A.weight"] } },
        Catalogue.FedIt with { Adaptation = new Ia3Config(["k_proj", "fc2"], ["fc2"], ["score"]) },
        Catalogue.FedIt with { Adaptation = new PromptTuningConfig(5, PromptInitialisation.Vocabulary) },
        Catalogue.FedIt with { Adaptation = new PrefixTuningConfig(5, 7) },
        Catalogue.FedIt with { Adaptation = new PTuningConfig(5, 7) },
        Catalogue.FedIt with { Adaptation = BottleneckConfig.Houlsby with { Size = 3, LeaveOut = [1] } },
        Catalogue.FedIt with { Adaptation = new TensorTrainConfig(4, 2, 2, BottleneckActivation.Swish, [0]) },
        Catalogue.FedIt with { Adaptation = new LayersConfig([0, -1], ["bias"]) },
        Catalogue.FedIt with { Adaptation = new ExitsConfig([1, 3]) },
        Catalogue.FedIt with { Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["own"] = new LoraConfig(2), ["shared"] = new BitFitConfig() }) },
        Catalogue.FedIt with { Cohort = new Cohort.Union(), Sharing = new Sharing.AllPrivate(), ServerStep = new ServerStep.Yogi(0.2) },
        Catalogue.FedIt with { Schedule = new Schedule.Stages([new Stage(3, new Overrides(Dispatch: new Dispatch.Broadcast(), Capacity: new Capacity.Uniform()))]) },
        Catalogue.FedIt with { Weighting = new Weighting.ContributionDisparity(1, 0, 0.25, 0) },
        Catalogue.FedIt with { Capacity = new Capacity.Blocks([3, 1]) },
        Catalogue.HierFavg with { Combine = new Combine.Edges(3, new Combine.Factors(Normaliser.All)) },
        Catalogue.FedBuff with { Pace = new Pace.Buffer(3, 7, 2), Weighting = new Weighting.Staleness(new Weighting.Examples(), new StalenessDecay.Hinge(3, 2)) },
        Catalogue.FedKSeed with { LocalProgram = new LocalProgram([new Phase(Estimator: new Estimator.TwoPoint(0.1, new Directions.Fresh(3, true), 5))]) },
        Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(Estimator: new Estimator.ForwardMode(new Directions.Pool(7, PoolDraw.Importance)))]) },
        .. ((LayerRule[])[new LayerRule.Agreed(3, false), new LayerRule.SignalToNoise(), new LayerRule.RelativeGradient(), new LayerRule.Top(), new LayerRule.Bottom(), new LayerRule.Both(), new LayerRule.Random(), new LayerRule.Full()])
            .Select(rule => Catalogue.FedIt with { Capacity = new Capacity.Layers([0.3], rule, UnitKind.Module, UnitCost.Depth, new Dictionary<string, double> { ["0001"] = 0.5 }) }),
        Catalogue.FedIt with { Capacity = new Capacity.Units(["head", "bias"]) },
        Catalogue.FedIt with { Capacity = new Capacity.Ranks([4, 2], [1, 3], new Dictionary<string, int> { ["0001"] = 3 }, RankScale.ByRank, new RankPruning(0.5, 2)), Combine = new Combine.Product() },
        Catalogue.FedIt with { Capacity = new Capacity.Rows("lora_A", new Dictionary<string, IReadOnlyList<int>> { ["0001"] = [0, 3] }), Codec = new Codec(Up: new Encoding.Deltas()) },
    ];

    public static TheoryData<int> Methods => [.. Enumerable.Range(0, Catalogue.All.Count + Others.Length + 1)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_survives_the_round_trip(int index)
    {
        var method = ((Method[])[.. Catalogue.All, Rich, .. Others])[index];
        var text = JsonSerializer.Serialize(method, PartsJson.Default.Method);
        var back = JsonSerializer.Deserialize(text, PartsJson.Default.Method)!;
        JsonSerializer.Serialize(back, PartsJson.Default.Method).ShouldBe(text);
        back.Id.ShouldBe(method.Id);
        back.ServerStep.ShouldBe(method.ServerStep);
        back.Codec.ShouldBe(method.Codec);
        back.Pace.ShouldBe(method.Pace);
    }

    [Fact]
    public void Every_case_of_every_part_is_among_the_round_trips()
    {
        var seen = ((Method[])[.. Catalogue.All, Rich, .. Others]).Select(method => JsonSerializer.Serialize(method, PartsJson.Default.Method)).ToArray();
        foreach (var part in typeof(Method).GetProperties().Where(IsPart))
        {
            foreach (var derived in PartsJson.Default.GetTypeInfo(part.PropertyType)!.PolymorphismOptions!.DerivedTypes)
            {
                var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(part.Name);
                seen.ShouldContain(text => text.Contains($"\"{name}\":{{\"kind\":\"{derived.TypeDiscriminator}\""), $"{name}: {derived.TypeDiscriminator}");
            }
        }
    }

    private static bool IsPart(PropertyInfo property) =>
        property.PropertyType.IsAbstract && (property.PropertyType == typeof(AdapterConfig) || property.PropertyType.Namespace == typeof(Combine).Namespace);

    [Fact]
    public void Missing_fields_of_a_part_take_their_defaults() =>
        JsonSerializer.Deserialize("""{"kind":"adam","learning_rate":0.5}""", PartsJson.Default.ServerStep).ShouldBe(new ServerStep.Adam(0.5));

    [Theory]
    [InlineData("""{"kind":"sorcery"}""")]
    [InlineData("""{"kind":"adam","lernrate":0.5}""")]
    public void Unknown_names_are_refused(string json) => Should.Throw<JsonException>(() => JsonSerializer.Deserialize(json, PartsJson.Default.ServerStep));
}
