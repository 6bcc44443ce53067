using Tributary.Federation.Parts.Estimators;
using Tributary.Learning.Autograd;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>Directions over the tensors that a phase trains, zero elsewhere; of each a piece at a time is in memory.</summary>
internal sealed class DirectionVector : IDisposable
{
    private const int PieceLength = 1 << 14;
    private readonly IBackend backend;
    private readonly (Parameter Parameter, ulong Address)[] tensors;
    private readonly float[] host = new float[PieceLength];
    private readonly DeviceBuffer piece;

    /// <summary>Directions over these tensors.</summary>
    public DirectionVector(IBackend backend, IEnumerable<Parameter> tensors)
    {
        this.backend = backend;
        this.tensors = [.. tensors.Select(parameter => (parameter, DirectionSequence.Address(parameter.Key.WireName)))];
        piece = backend.Allocate(PieceLength);
    }

    /// <summary>target += scale · direction, tensor by tensor.</summary>
    public void AddTo(Func<Parameter, Matrix> target, ulong key, double scale)
    {
        var numbers = new Philox(key);
        foreach (var (parameter, address) in tensors)
        {
            var whole = target(parameter);
            var flat = whole.Reshape(1, (int)whole.Count);
            for (var start = 0; start < flat.Columns; start += PieceLength)
            {
                var length = Math.Min(PieceLength, flat.Columns - start);
                numbers.FillNormal(address, host.AsSpan(0, length), (ulong)start);
                var part = piece.AsMatrix(1, length);
                backend.Upload(host.AsSpan(0, length), part);
                backend.AddScaled(part, flat.ColumnRange(start, length), (float)scale);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => piece.Dispose();
}
