using System.Buffers;
using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// Hides tokens to be guessed (Devlin et al. 2019): 15 % of a sequence's tokens, special ones apart; of these 80 % become the mask token, 10 % any token, 10 % stay. At least
/// one token of a sequence is chosen, so that no sequence is without a loss. Everything is addressed by (draw, sample, position).
/// </summary>
public sealed class TokenMasking
{
    /// <summary>Share of tokens that are to be guessed.</summary>
    public const double Share = 0.15;

    private const double Masked = 0.8;
    private const double Replaced = 0.1;
    private const int DrawsPerToken = 4;
    private readonly int maskId;
    private readonly int vocabulary;
    private readonly HashSet<int> special;

    /// <summary>Masking with a tokenizer's mask token; its special tokens are left alone.</summary>
    /// <exception cref="InputException">The tokenizer has no mask token.</exception>
    public TokenMasking(ITokenizer tokenizer)
    {
        maskId = tokenizer.Roles.Mask ?? throw new InputException("the tokenizer has no mask token, so no token can be hidden; name one in tokenizer_config.json (mask_token)");
        vocabulary = tokenizer.VocabularySize;
        special = [.. tokenizer.Roles.Ids, .. tokenizer.Frame.AroundOne.Before, .. tokenizer.Frame.AroundOne.After];
        special.Remove(tokenizer.UnkId ?? -1);
    }

    /// <summary>Whether a token may be chosen.</summary>
    public bool MayHide(int id) => !special.Contains(id);

    /// <summary>Appends a sequence with tokens hidden.</summary>
    internal void Add(TokenRows rows, TokenizedExample example, int sample, ulong draw)
    {
        var length = example.Ids.Length;
        var rented = ArrayPool<int>.Shared.Rent(2 * length);
        var ids = rented.AsSpan(0, length);
        var labels = rented.AsSpan(length, length);
        example.Ids.CopyTo(ids);
        labels.Fill(TokenRows.Ignore);
        Hide(new Philox(draw), (ulong)sample, ids, labels);
        rows.Add(ids, labels, sampleKey: sample, types: example.Types);
        ArrayPool<int>.Shared.Return(rented);
    }

    private void Hide(Philox random, ulong sample, Span<int> ids, Span<int> labels)
    {
        var (lowest, at, chosen) = (double.PositiveInfinity, -1, false);
        for (var t = 0; t < ids.Length; t++)
        {
            if (!MayHide(ids[t]))
            {
                continue;
            }

            var choice = random.UniformDouble(sample, (ulong)t * DrawsPerToken);
            if (choice < Share)
            {
                Hide(random, sample, t, ids, labels);
                chosen = true;
            }
            else if (choice < lowest)
            {
                (lowest, at) = (choice, t);
            }
        }

        if (!chosen && at >= 0)
        {
            Hide(random, sample, at, ids, labels);
        }
    }

    private void Hide(Philox random, ulong sample, int t, Span<int> ids, Span<int> labels)
    {
        labels[t] = ids[t];
        var kind = random.UniformDouble(sample, ((ulong)t * DrawsPerToken) + 1);
        ids[t] = kind < Masked ? maskId
            : kind < Masked + Replaced ? (int)(random.UniformDouble(sample, ((ulong)t * DrawsPerToken) + 2) * vocabulary)
            : ids[t];
    }
}
