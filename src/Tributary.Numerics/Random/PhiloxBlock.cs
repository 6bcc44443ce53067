namespace Tributary.Numerics.Random;

/// <summary>The four random words of one counter, and the numbers made of them.</summary>
public readonly record struct PhiloxBlock(uint Word0, uint Word1, uint Word2, uint Word3)
{
    /// <summary>Word <paramref name="lane"/>, 0 to 3.</summary>
    public uint this[int lane] => lane switch
    {
        0 => Word0,
        1 => Word1,
        2 => Word2,
        3 => Word3,
        _ => throw new ArgumentOutOfRangeException(nameof(lane)),
    };

    /// <summary>Uniform in [0, 1) with 24 bits, from word <paramref name="lane"/>, 0 to 3: exact in single precision.</summary>
    public float Uniform(int lane) => (this[lane] >> 8) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1) with 53 bits, from word pair <paramref name="lane"/>, 0 or 1.</summary>
    public double UniformDouble(int lane) => (Pair(lane) >> 11) * (1.0 / (1L << 53));

    /// <summary>
    /// Standard normal number of single precision, lane 0 to 3 (Box and Muller 1958): lanes 0 and 1 from words 0 and 1, lanes 2 and 3 from words 2 and 3.
    /// </summary>
    public double Normal(int lane)
    {
        const double scale = 1.0 / (1L << 32);
        var (first, second) = lane < 2 ? (Word0, Word1) : (this[lane & 2], this[lane | 1]);
        return BoxMuller((first + 0.5) * scale, (second + 0.5) * scale, (lane & 1) != 0);
    }

    /// <summary>Standard normal number of double precision, lane 0 or 1, both from all four words.</summary>
    public double NormalDouble(int lane)
    {
        const double scale = 1.0 / (1L << 53);
        return BoxMuller(((Pair(0) >> 11) + 0.5) * scale, ((Pair(1) >> 11) + 0.5) * scale, lane != 0);
    }

    private static double BoxMuller(double u, double v, bool second)
    {
        var (sin, cos) = PortableMath.SinCosTurns(v);
        return Math.Sqrt(-2 * PortableMath.Log(u)) * (second ? sin : cos);
    }

    private ulong Pair(int lane) => ((ulong)this[2 * lane] << 32) | this[(2 * lane) + 1];
}
