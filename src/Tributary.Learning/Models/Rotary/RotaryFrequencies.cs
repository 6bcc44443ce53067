namespace Tributary.Learning.Models.Rotary;

/// <summary>Frequencies of rotary positions: theta^(−2i / width), scaled for longer contexts when the configuration says so.</summary>
internal sealed record RotaryFrequencies(float Theta, RopeScaling? Scaling)
{
    /// <summary>The angle by which pair <paramref name="pair"/> of <paramref name="width"/> rotated columns turns per position.</summary>
    public float At(int pair, int width)
    {
        var frequency = (float)(1 / Math.Pow(Theta, 2.0 * pair / width));
        return Scaling?.Apply(frequency) ?? frequency;
    }

    /// <summary>Reads base and scaling; both stand in rope_parameters in newer files.</summary>
    public static RotaryFrequencies Read(ConfigReader config, string thetaField = "rope_theta")
    {
        var parameters = config.Object("rope_parameters");
        var theta = config.PositiveNumber(thetaField, parameters?.PositiveNumber("rope_theta", 10000) ?? 10000);
        return new RotaryFrequencies(theta, RopeScaling.Read(config.Object("rope_scaling") ?? parameters));
    }
}
