namespace Tributary.Numerics.Random;

/// <summary>
/// Reads the words of a generator's tensor 0 one after the other: for sampling whose number of draws is not known beforehand. <see cref="Position"/> is all
/// the state: a sequence made at it continues with the same numbers.
/// </summary>
/// <param name="generator">The generator that gives the words.</param>
/// <param name="position">The number of words already read.</param>
public sealed class PhiloxSequence(Philox generator, ulong position = 0)
{
    private PhiloxBlock _block = generator.Block(0, position / 4);

    /// <summary>Words read so far.</summary>
    public ulong Position { get; private set; } = position;

    /// <summary>The next 32 random bits.</summary>
    public uint NextWord()
    {
        var lane = (int)(Position % 4);
        var word = _block[lane];
        Position++;
        if (lane == 3)
        {
            _block = generator.Block(0, Position / 4);
        }

        return word;
    }

    /// <summary>Uniform in [0, 1) with 24 bits; one word.</summary>
    public float Uniform() => new PhiloxBlock(NextWord(), 0, 0, 0).Uniform(0);

    /// <summary>Uniform in [0, 1) with 53 bits; two words.</summary>
    public double UniformDouble() => new PhiloxBlock(NextWord(), NextWord(), 0, 0).UniformDouble(0);

    /// <summary>Standard normal of double precision; four words.</summary>
    public double Normal() => new PhiloxBlock(NextWord(), NextWord(), NextWord(), NextWord()).NormalDouble(0);

    /// <summary>Uniform in 0 … count − 1 without bias (Lemire 2019).</summary>
    public int Index(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var bound = (uint)count;
        var product = (ulong)NextWord() * bound;
        if ((uint)product < bound)
        {
            var threshold = (0u - bound) % bound;
            while ((uint)product < threshold)
            {
                product = (ulong)NextWord() * bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Puts the items in a uniformly random order (Fisher and Yates 1938).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Index(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A uniformly random subset of <paramref name="count"/> out of 0 … population − 1, ascending.</summary>
    public int[] Choose(int population, int count)
    {
        if (count < 0 || count > population)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"cannot choose {count} out of {population}");
        }

        var all = Enumerable.Range(0, population).ToArray();
        for (var i = 0; i < count; i++)
        {
            var j = i + Index(population - i);
            (all[i], all[j]) = (all[j], all[i]);
        }

        Array.Resize(ref all, count);
        Array.Sort(all);
        return all;
    }

    /// <summary>An index drawn in proportion to the weights, which are not negative and not all zero.</summary>
    public int Categorical(ReadOnlySpan<double> weights)
    {
        var (total, last) = (0.0, -1);
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || double.IsInfinity(weights[i]))
            {
                throw new ArgumentException($"weight {i} is {weights[i]}", nameof(weights));
            }

            total += weights[i];
            last = weights[i] > 0 ? i : last;
        }

        if (last < 0)
        {
            throw new ArgumentException("no weight is positive", nameof(weights));
        }

        var left = UniformDouble() * total;
        for (var i = 0; i < last; i++)
        {
            left -= weights[i];
            if (left < 0)
            {
                return i;
            }
        }

        return last;
    }
}
