using System.Numerics.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Generation;

/// <summary>Continues a prompt token by token with a key-value cache, or answers it where the model has an encoder. A token's choice is addressed by (seed, position): it does not depend on how the text was batched.</summary>
public sealed class Generator(Learner learner)
{
    /// <summary>The generated ids behind the prompt (an encoder–decoder model: in answer to it); ends at <paramref name="newTokens"/>, at a stop token (not included), or at the end of the model's context.</summary>
    /// <exception cref="InputException">The prompt is empty or longer than the context.</exception>
    /// <exception cref="RunException">The model's output is not finite.</exception>
    public IReadOnlyList<int> Generate(ReadOnlySpan<int> prompt, int newTokens, Sampling sampling, ulong seed, IReadOnlySet<int> stops, CancellationToken cancel = default)
    {
        var shape = learner.Model.Shape;
        if (prompt.IsEmpty)
        {
            throw new InputException("the prompt has no tokens: give some text");
        }

        var length = learner.PositionsInFront + prompt.Length;
        if (length > shape.Positions)
        {
            throw new InputException($"the prompt has {length} tokens, the model's context is {shape.Positions}: shorten it");
        }

        var answers = shape.DecoderStartId is not null;
        var begin = shape.DecoderStartId is { } start ? [start] : prompt;
        var capacity = Math.Min(shape.Positions, (answers ? 1 : length) + newTokens);
        using var decoder = new CachedDecoder(learner, capacity, answers ? prompt.ToArray() : null);
        var made = new List<int>();
        var next = Next(begin, decoder, sampling, seed);
        while (made.Count < newTokens && !stops.Contains(next))
        {
            cancel.ThrowIfCancellationRequested();
            made.Add(next);
            if (decoder.Length == shape.Positions || made.Count == newTokens)
            {
                break;
            }

            next = Next([next], decoder, sampling, seed);
        }

        return made;
    }

    private static int Next(ReadOnlySpan<int> ids, CachedDecoder decoder, Sampling sampling, ulong seed)
    {
        var logits = decoder.Append(ids);
        if (!TensorPrimitives.IsFiniteAll(logits))
        {
            throw new RunException("the model's output is not a finite number: its weights or the adapter hold values that are not");
        }

        var uniform = sampling.Temperature == 0 ? 0 : new Philox(seed).UniformDouble(0, (ulong)decoder.Length);
        return sampling.Choose(logits, uniform);
    }
}
