namespace Tributary.Simulation.Partitioning;

/// <summary>A vector that is mostly zero: ascending indices and their values.</summary>
internal readonly record struct SparseVector(int[] Indices, double[] Values)
{
    /// <summary>Inner product with a dense vector.</summary>
    public double Dot(double[] dense)
    {
        var sum = 0.0;
        for (var i = 0; i < Indices.Length; i++)
        {
            sum += Values[i] * dense[Indices[i]];
        }

        return sum;
    }

    /// <summary>Adds this vector to a dense one.</summary>
    public void AddTo(double[] dense)
    {
        for (var i = 0; i < Indices.Length; i++)
        {
            dense[Indices[i]] += Values[i];
        }
    }
}
