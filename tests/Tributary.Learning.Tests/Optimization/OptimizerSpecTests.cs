using System.Text.Json;
using Tributary.Learning.Optimization;

namespace Tributary.Learning.Tests.Optimization;

public sealed class OptimizerSpecTests
{
    public static TheoryData<OptimizerSpec> All =>
    [
        new OptimizerSpec.Sgd(0.1, 0.9, 0, true, 0.05),
        new OptimizerSpec.Adam(0.01, AmsGrad: true),
        new OptimizerSpec.AdamW(2e-3, 0.8, 0.99, 1e-6, 0.1),
        new OptimizerSpec.Adagrad(0.1, 0.1, 0.01, 0.1),
        new OptimizerSpec.RmsProp(Momentum: 0.9, Centered: true),
        new OptimizerSpec.Yogi(),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void A_spec_survives_json(OptimizerSpec spec) =>
        JsonSerializer.Deserialize<OptimizerSpec>(JsonSerializer.Serialize(spec)).ShouldBe(spec);

    [Fact]
    public void The_kind_is_named_in_json() =>
        JsonSerializer.Serialize<OptimizerSpec>(new OptimizerSpec.AdamW()).ShouldContain("\"kind\":\"adamw\"");
}
