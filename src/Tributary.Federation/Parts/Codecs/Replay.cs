using System.Buffers;
using Tributary.Federation.Parts.Estimators;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>A change of the model as a sum of directions, made anew from their keys: Σ coefficient · direction.</summary>
/// <param name="Terms">Keys and coefficients; one direction may come several times.</param>
public sealed record Replay(IReadOnlyList<(ulong Key, double Coefficient)> Terms)
{
    // Of normals and sums so many are in memory on every thread.
    private const int Piece = 1 << 12;

    /// <summary>Writes elements <paramref name="start"/> … of a tensor's change, as many as the destination holds.</summary>
    public void Write(TensorKey tensor, long start, Span<float> destination) => AddTo(tensor, start, destination, keep: 0);

    /// <summary>The tensors with their changes; pieces are made side by side.</summary>
    public ParameterSet After(ParameterSet before)
    {
        HostTensor[] after = [.. before.Select(tensor => tensor.Copy())];
        (HostTensor Tensor, int Start)[] pieces = [.. after.SelectMany(tensor => Enumerable.Range(0, (tensor.Values.Length + Piece - 1) / Piece).Select(piece => (tensor, piece * Piece)))];
        Parallel.ForEach(pieces, piece => AddTo(piece.Tensor.Key, piece.Start, piece.Tensor.Values.AsSpan(piece.Start, Math.Min(Piece, piece.Tensor.Values.Length - piece.Start)), keep: 1));
        return new ParameterSet(after);
    }

    // destination = keep · destination + change, summed in double precision in the order of the terms.
    private void AddTo(TensorKey tensor, long start, Span<float> destination, double keep)
    {
        var address = DirectionSequence.Address(tensor.WireName);
        var (normals, sums) = (ArrayPool<float>.Shared.Rent(Piece), ArrayPool<double>.Shared.Rent(Piece));
        for (var first = 0; first < destination.Length; first += Piece)
        {
            var target = destination.Slice(first, Math.Min(Piece, destination.Length - first));
            for (var i = 0; i < target.Length; i++)
            {
                sums[i] = keep * target[i];
            }

            foreach (var (key, coefficient) in Terms)
            {
                new Philox(key).FillNormal(address, normals.AsSpan(0, target.Length), (ulong)(start + first));
                for (var i = 0; i < target.Length; i++)
                {
                    sums[i] += coefficient * normals[i];
                }
            }

            for (var i = 0; i < target.Length; i++)
            {
                target[i] = (float)sums[i];
            }
        }

        ArrayPool<float>.Shared.Return(normals);
        ArrayPool<double>.Shared.Return(sums);
    }
}
