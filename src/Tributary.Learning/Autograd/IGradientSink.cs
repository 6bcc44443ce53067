using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>Receives the gradients of leaf parameters as the factors they are made of, so that they can be accumulated, clipped per sample, or discarded.</summary>
public interface IGradientSink
{
    /// <summary>d parameter += scale · leftᵀ · right; left [rows, parameter rows], right [rows, parameter columns].</summary>
    void Product(Parameter parameter, Matrix left, Matrix right, float scale);

    /// <summary>d parameter += column sums of dy.</summary>
    void SumRows(Parameter parameter, Matrix dy);

    /// <summary>d parameter, as one row, += column sums of x ⊙ dy.</summary>
    void SumRowProducts(Parameter parameter, Matrix x, Matrix dy);

    /// <summary>d gain += column sums of dy ⊙ x̂ of a normalisation.</summary>
    void NormGain(Parameter parameter, NormKind kind, Matrix x, Matrix stats, Matrix dy);

    /// <summary>d parameter += the sum of the rows, each of which is what one segment gives, the parameter's values one after another.</summary>
    void Segments(Parameter parameter, Matrix perSegment);

    /// <summary>d parameter[ids[i]] += scale · dy[i], without ids equal to <paramref name="skip"/>.</summary>
    void Rows(Parameter parameter, ReadOnlySpan<int> ids, Matrix dy, int skip, float scale);

    /// <summary>d parameter[:, ids[i]] += scale · dy[i].</summary>
    void Columns(Parameter parameter, ReadOnlySpan<int> ids, Matrix dy, float scale);
}
