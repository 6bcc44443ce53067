using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    // Behind attention and the feed-forward network, and behind the block's output: three narrow adapters in each block.
    private static BottleneckConfig PwffInner => new(Size: 10, AfterAttention: true);

    private static BottleneckConfig PwffOuter => new(Size: 10, SeesSum: true);

    // Queries, values and the output projection of attention, under the names that the families have for them; rank 8 is what the published figures allow, not what is printed.
    private static LoraConfig PwffPrivate => new(8, 16, TargetPattern: @"(.*\.)?(q_proj|v_proj|o_proj|out_proj|c_attn|attn\.c_proj|query|value|query_key_value|attention\.dense|attention\.output\.dense)");

    /// <summary>
    /// PWFF, its first stage: adapters are shared and averaged, LoRA beside them stays each client's own. The paper prints no equations: placement, rank and rates are a reconstruction.
    /// </summary>
    public static Method Pwff => FedAda with
    {
        Id = "pwff",
        Name = "PWFF (instruction tuning)",
        Paper = new("Jiang et al.", 2024, "arXiv:2404.13238"),
        Summary = "FedAda with three narrow adapters in each block, and private LoRA beside them",
        Challenges = [Challenge.Communication, Challenge.NonIid],
        Adaptation = new SeveralConfig(new SortedDictionary<string, AdapterConfig>(StringComparer.Ordinal) { ["inner"] = PwffInner, ["outer"] = PwffOuter, ["private"] = PwffPrivate }),
        Sharing = Sharing.ByFactor(loraA: Visibility.Private, loraB: Visibility.Private),
        Cohort = new Cohort.All(),
        Serving = new Serving.GlobalAndPrivate(),
    };
}
