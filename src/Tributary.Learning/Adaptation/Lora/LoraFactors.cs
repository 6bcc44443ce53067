using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>One adapted layer's update ΔW = scale · B · A: ways to join such updates exactly, which averaging the factors is not.</summary>
/// <param name="A">[rank, inputs].</param>
/// <param name="B">[outputs, rank].</param>
/// <param name="Scale">alpha / rank, or what the variant says; counted once.</param>
public sealed record LoraFactors(HostMatrix A, HostMatrix B, double Scale)
{
    /// <summary>ΔW [outputs, inputs], scale included.</summary>
    public HostMatrix Product() => B.Times(A).Scaled(Scale);

    /// <summary>‖ΔW‖ (Frobenius), from the factors: its square is the trace of BᵀB·AAᵀ.</summary>
    public double Norm()
    {
        var (left, right) = (B.Transposed().Times(B), A.Times(A.Transposed()));
        var trace = 0.0;
        for (var i = 0; i < left.Values.Length; i++)
        {
            trace += left.Values[i] * right.Values[i];
        }

        return Math.Abs(Scale) * Math.Sqrt(Math.Max(0, trace));
    }

    /// <summary>This update without another of the same module, as factors one below the other.</summary>
    public LoraFactors Minus(LoraFactors other) => Stack([this, other], [1, -1]);

    /// <summary>A matrix as factors: itself and the identity.</summary>
    public static LoraFactors OfWhole(HostMatrix whole) =>
        whole.Columns <= whole.Rows ? new(HostMatrix.Identity(whole.Columns), whole, 1) : new(whole, HostMatrix.Identity(whole.Rows), 1);

    /// <summary>Σ weightₖ · ΔWₖ (FlexLoRA, Bai et al. 2024).</summary>
    public static HostMatrix WeightedProduct(IReadOnlyList<LoraFactors> updates, IReadOnlyList<double> weights)
    {
        var sum = new HostMatrix(updates[0].B.Rows, updates[0].A.Columns);
        for (var k = 0; k < updates.Count; k++)
        {
            var product = updates[k].Product();
            for (var i = 0; i < sum.Values.Length; i++)
            {
                sum.Values[i] += weights[k] * product.Values[i];
            }
        }

        return sum;
    }

    /// <summary>The factors one below the other: their plain product is Σ weightₖ · ΔWₖ. Weight and scale go into A alone (FLoRA, Wang et al. 2024); scale becomes 1.</summary>
    public static LoraFactors Stack(IReadOnlyList<LoraFactors> updates, IReadOnlyList<double> weights)
    {
        var rank = updates.Sum(update => update.A.Rows);
        var a = new HostMatrix(rank, updates[0].A.Columns);
        var b = new HostMatrix(updates[0].B.Rows, rank);
        var at = 0;
        for (var k = 0; k < updates.Count; k++)
        {
            Put(updates[k].A.Scaled(weights[k] * updates[k].Scale), a, at, 0);
            Put(updates[k].B, b, 0, at);
            at += updates[k].A.Rows;
        }

        return new LoraFactors(a, b, 1);
    }

    /// <summary>The weighted mean of each factor after padding with zeros to the largest rank (HETLoRA, Cho et al. 2024); scale is left at 1.</summary>
    public static LoraFactors ZeroPaddedMean(IReadOnlyList<LoraFactors> updates, IReadOnlyList<double> weights)
    {
        var rank = updates.Max(update => update.A.Rows);
        var a = new HostMatrix(rank, updates[0].A.Columns);
        var b = new HostMatrix(updates[0].B.Rows, rank);
        for (var k = 0; k < updates.Count; k++)
        {
            Put(updates[k].A.Scaled(weights[k]), a, 0, 0);
            Put(updates[k].B.Scaled(weights[k]), b, 0, 0);
        }

        return new LoraFactors(a, b, 1);
    }

    /// <summary>The best factors of a rank for ΔW (Eckart and Young 1936), all singular values in B, such that scale · B · A approximates it.</summary>
    public static LoraFactors Factor(HostMatrix delta, int rank, double scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        return Of(JacobiSvd.Of(delta), delta, rank, scale);
    }

    /// <summary>The best factors of a rank for ΔW with scale 1, or what a randomised range finder takes for them where ΔW is large; zeros for a ΔW of zeros.</summary>
    /// <param name="delta">ΔW.</param>
    /// <param name="rank">The rank, at least 1 and at most min(outputs, inputs).</param>
    /// <param name="name">Addresses the random numbers.</param>
    public static LoraFactors Leading(HostMatrix delta, int rank, string name) => delta.Values.AsSpan().ContainsAnyExcept(0)
        ? Of(LeadingSvd.Of(delta, rank, name), delta, rank, 1)
        : new(new HostMatrix(rank, delta.Columns), new HostMatrix(delta.Rows, rank), 1);

    private static LoraFactors Of(Svd svd, HostMatrix delta, int rank, double scale)
    {
        var kept = Math.Min(rank, svd.S.Length);
        var b = new HostMatrix(delta.Rows, rank);
        var a = new HostMatrix(rank, delta.Columns);
        for (var j = 0; j < kept; j++)
        {
            for (var i = 0; i < delta.Rows; i++)
            {
                b[i, j] = svd.U[i, j] * svd.S[j] / scale;
            }

            for (var i = 0; i < delta.Columns; i++)
            {
                a[j, i] = svd.V[i, j];
            }
        }

        return new LoraFactors(a, b, scale);
    }

    /// <summary>
    /// The best factors of a rank for this product (Eckart and Young 1936), all singular values in B, scale 1. Works on the factors: with B = Q₁R₁ and Aᵀ = Q₂R₂ the singular
    /// values are those of R₁R₂ᵀ, so the product is never formed.
    /// </summary>
    public LoraFactors Truncated(int rank)
    {
        var (left, right) = (ThinQr.Of(B), ThinQr.Of(A.Transposed()));
        var core = Factor(left.R.Times(right.R.Transposed()).Scaled(Scale), rank, 1);
        return new LoraFactors(core.A.Times(right.Q.Transposed()), left.Q.Times(core.B), 1);
    }

    /// <summary>The same update with every column of B and the row of A that belongs to it equally long, as far as A's rows have length 1: B = U√Σ and A = √ΣVᵀ of singular values in B.</summary>
    public LoraFactors Balanced()
    {
        var (a, b) = (A.Scaled(1), B.Scaled(1));
        for (var k = 0; k < a.Rows; k++)
        {
            var norm = 0.0;
            for (var i = 0; i < b.Rows; i++)
            {
                norm += b[i, k] * b[i, k];
            }

            var root = Math.Sqrt(Math.Sqrt(norm));
            for (var i = 0; i < b.Rows && root > 0; i++)
            {
                b[i, k] /= root;
            }

            for (var i = 0; i < a.Columns; i++)
            {
                a[k, i] *= root;
            }
        }

        return new LoraFactors(a, b, Scale);
    }

    /// <summary>The same update with rows and columns of zeros up to a rank.</summary>
    public LoraFactors Padded(int rank)
    {
        var (a, b) = (new HostMatrix(rank, A.Columns), new HostMatrix(B.Rows, rank));
        Put(A, a, 0, 0);
        Put(B, b, 0, 0);
        return new LoraFactors(a, b, Scale);
    }

    private static void Put(HostMatrix source, HostMatrix target, int row, int column)
    {
        for (var i = 0; i < source.Rows; i++)
        {
            for (var j = 0; j < source.Columns; j++)
            {
                target[row + i, column + j] += source[i, j];
            }
        }
    }
}
