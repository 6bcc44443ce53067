namespace Tributary.Learning.Models.Rotary;

/// <summary>How rotary frequencies are changed for longer contexts than the model was trained on.</summary>
internal abstract record RopeScaling
{
    /// <summary>The scaled frequency.</summary>
    public abstract float Apply(float frequency);

    public static RopeScaling? Read(ConfigReader? scaling)
    {
        var type = scaling?.Text("rope_type", scaling.Text("type", "default"));
        return type switch
        {
            null or "default" => null,
            "linear" => new LinearRope(Factor(scaling!)),
            "llama3" => Llama3Rope.Read(scaling!, Factor(scaling!)),
            _ => throw scaling!.Wrong("rope_type", $"default, linear or llama3, not {type}"),
        };
    }

    private static float Factor(ConfigReader scaling) => scaling.Number("factor", 1) is >= 1 and var factor ? factor : throw scaling.Wrong("factor", "a number of at least 1");
}

/// <summary>Positions divided by a factor (Chen et al. 2023).</summary>
internal sealed record LinearRope(float Factor) : RopeScaling
{
    public override float Apply(float frequency) => frequency / Factor;
}

/// <summary>Frequencies scaled by wavelength (LLaMA 3.1): short waves stay, long ones are divided, those between are mixed.</summary>
internal sealed record Llama3Rope(float Factor, float Low, float High, int OriginalPositions) : RopeScaling
{
    public static Llama3Rope Read(ConfigReader scaling, float factor)
    {
        var (low, high) = (scaling.PositiveNumber("low_freq_factor", 1), scaling.PositiveNumber("high_freq_factor", 4));
        return low < high
            ? new Llama3Rope(factor, low, high, scaling.Positive("original_max_position_embeddings", 8192))
            : throw scaling.Wrong("high_freq_factor", $"above low_freq_factor = {low}");
    }

    public override float Apply(float frequency)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < OriginalPositions / High)
        {
            return frequency;
        }

        if (wavelength > OriginalPositions / Low)
        {
            return frequency / Factor;
        }

        var smooth = ((OriginalPositions / wavelength) - Low) / (High - Low);
        return (float)(((1 - smooth) * frequency / Factor) + (smooth * frequency));
    }
}
