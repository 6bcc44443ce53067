using Tributary.Numerics.Cpu.Memory;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>Working memory for the gradients of one block of keys; a row of a head is padded to whole registers.</summary>
internal readonly unsafe struct KeyGradients
{
    /// <summary>Keys, transposed.</summary>
    public readonly float* KeysAcross;

    /// <summary>Values, transposed.</summary>
    public readonly float* ValuesAcross;

    /// <summary>Keys.</summary>
    public readonly float* Keys;

    /// <summary>Sum of the keys' gradients so far.</summary>
    public readonly float* KeyGradient;

    /// <summary>Sum of the values' gradients so far.</summary>
    public readonly float* ValueGradient;

    /// <summary>A block of queries.</summary>
    public readonly float* Queries;

    /// <summary>The output gradients of these queries.</summary>
    public readonly float* Outer;

    /// <summary>Scores, then probabilities: queries × keys.</summary>
    public readonly float* Scores;

    /// <summary>Gradients of the probabilities, then of the scores: queries × keys.</summary>
    public readonly float* ScoreGradients;

    /// <summary>What a group of queries receives from this block of keys.</summary>
    public readonly float* QueryGradient;

    /// <summary>Biases by distance.</summary>
    public readonly float* Distances;

    /// <summary>Gradients of the biases by distance.</summary>
    public readonly float* DistanceGradients;

    /// <summary>Takes the memory from a frame, with sums at zero.</summary>
    public KeyGradients(Scratch.Frame scratch, int width, int padded)
    {
        KeysAcross = scratch.Take(width * AttentionBlock.Keys);
        ValuesAcross = scratch.Take(width * AttentionBlock.Keys);
        Keys = scratch.Take(AttentionBlock.Keys * padded);
        KeyGradient = scratch.Take(AttentionBlock.Keys * padded);
        ValueGradient = scratch.Take(AttentionBlock.Keys * padded);
        Queries = scratch.Take(AttentionBlock.Queries * padded);
        Outer = scratch.Take(AttentionBlock.Queries * padded);
        Scores = scratch.Take(AttentionBlock.Queries * AttentionBlock.Keys);
        ScoreGradients = scratch.Take(AttentionBlock.Queries * AttentionBlock.Keys);
        QueryGradient = scratch.Take(AttentionBlock.Group * padded);
        Distances = scratch.Take(DistanceBias.Span);
        DistanceGradients = scratch.Take(DistanceBias.Span);
        new Span<float>(KeyGradient, AttentionBlock.Keys * padded).Clear();
        new Span<float>(ValueGradient, AttentionBlock.Keys * padded).Clear();
    }
}
