namespace Tributary.Numerics.Random;

/// <summary>
/// Philox4x32-10 (Salmon et al. 2011): random numbers addressed by (key, tensor, element) instead of drawn in an order, so that they depend on neither
/// threads nor batching. Words 0 and 1 of the counter number the block inside a tensor, words 2 and 3 are the tensor; a block holds four elements in
/// single precision, two in double.
/// </summary>
public readonly record struct Philox(ulong Key)
{
    /// <summary>The block of a counter whose words are given lowest first.</summary>
    public PhiloxBlock Block(uint counter0, uint counter1, uint counter2, uint counter3)
    {
        var (key0, key1) = ((uint)Key, (uint)(Key >> 32));
        for (var round = 0; round < 10; round++)
        {
            var product0 = (ulong)counter0 * 0xD2511F53;
            var product1 = (ulong)counter2 * 0xCD9E8D57;
            (counter0, counter1, counter2, counter3) =
                ((uint)(product1 >> 32) ^ counter1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ counter3 ^ key1, (uint)product0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        return new(counter0, counter1, counter2, counter3);
    }

    /// <summary>Block number <paramref name="block"/> of a tensor.</summary>
    public PhiloxBlock Block(ulong tensor, ulong block) => Block((uint)block, (uint)(block >> 32), (uint)tensor, (uint)(tensor >> 32));

    /// <summary>Uniform in [0, 1) with 24 bits. Dropout uses (row key, column) as (tensor, element).</summary>
    public float Uniform(ulong tensor, ulong element) => Block(tensor, element / 4).Uniform((int)(element % 4));

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double UniformDouble(ulong tensor, ulong element) => Block(tensor, element / 2).UniformDouble((int)(element % 2));

    /// <summary>Standard normal of single precision.</summary>
    public float Normal(ulong tensor, ulong element) => (float)Block(tensor, element / 4).Normal((int)(element % 4));

    /// <summary>Standard normal of double precision.</summary>
    public double NormalDouble(ulong tensor, ulong element) => Block(tensor, element / 2).NormalDouble((int)(element % 2));

    /// <summary>Fills with elements <paramref name="first"/>, <paramref name="first"/> + 1, … of a tensor, as <see cref="Uniform"/> gives them.</summary>
    public unsafe void FillUniform(ulong tensor, Span<float> destination, ulong first = 0)
    {
        var head = (int)Math.Min((4 - (first % 4)) % 4, (ulong)destination.Length);
        var blocks = (destination.Length - head) / 4;
        fixed (float* target = destination)
        {
            UniformRow.Fill(this, tensor, (first + (ulong)head) / 4, target + head, blocks);
        }

        FillOneByOne(tensor, destination[..head], first);
        var done = head + (4 * blocks);
        FillOneByOne(tensor, destination[done..], first + (ulong)done);
    }

    /// <summary>Fills with elements <paramref name="first"/>, <paramref name="first"/> + 1, … of a tensor, as <see cref="Normal"/> gives them.</summary>
    public void FillNormal(ulong tensor, Span<float> destination, ulong first = 0)
    {
        for (var i = 0; i < destination.Length;)
        {
            var (block, lane) = Math.DivRem(first + (ulong)i, 4);
            var words = Block(tensor, block);
            for (; lane < 4 && i < destination.Length; lane++, i++)
            {
                destination[i] = (float)words.Normal((int)lane);
            }
        }
    }

    /// <summary>Fills with elements 0, 1, … of a tensor, as <see cref="NormalDouble"/> gives them.</summary>
    public void FillNormal(ulong tensor, Span<double> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = NormalDouble(tensor, (ulong)i);
        }
    }

    private void FillOneByOne(ulong tensor, Span<float> destination, ulong first)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = Uniform(tensor, first + (ulong)i);
        }
    }
}
