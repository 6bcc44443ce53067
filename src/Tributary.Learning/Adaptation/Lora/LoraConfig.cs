namespace Tributary.Learning.Adaptation.Lora;

/// <summary>LoRA's settings with PEFT's names and meaning (Hu et al. 2021; rank-stabilised scale: Kalajdzievski 2023).</summary>
public sealed record LoraConfig
{
    /// <summary>Rank r of the update.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scale: alpha / r, or alpha / √r when rank-stabilised.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Probability with which an input element is dropped in front of A while training.</summary>
    public float Dropout { get; init; }

    /// <summary>Module names (ends of paths), one regular expression, or "all-linear"; empty means the family's default.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>True when <see cref="TargetModules"/> holds one regular expression for whole paths.</summary>
    public bool TargetIsPattern { get; init; }

    /// <summary>Scale alpha / √r.</summary>
    public bool RankStabilised { get; init; }

    /// <summary>Ranks by end of path (a regular expression), before <see cref="Rank"/>.</summary>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>Alphas by end of path (a regular expression), before <see cref="Alpha"/>.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>Blocks that are adapted; empty means all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Modules trained and saved whole beside the low-rank tensors.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>PEFT's task type, written through: "CAUSAL_LM", "SEQ_CLS" or null.</summary>
    public string? TaskType { get; init; }

    /// <summary>Scale of a module with rank r and alpha.</summary>
    public float Scale(int rank, double alpha) => (float)(alpha / (RankStabilised ? Math.Sqrt(rank) : rank));
}
