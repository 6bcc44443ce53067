using System.Text.Json;
using Tributary.Learning.Tokenizers.Models;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The merges and options of a BPE model in a tokenizer.json.</summary>
internal static class BpeSection
{
    /// <summary>Builds the model over a vocabulary that holds its tokens.</summary>
    /// <exception cref="Tributary.Numerics.InputException">An option is not supported, or a merge is none.</exception>
    public static BpeModel Read(JsonPlace model, Vocabulary vocabulary, bool bytes)
    {
        if (model.Find("dropout") is { Element.ValueKind: JsonValueKind.Number } dropout && dropout.Real() != 0)
        {
            throw dropout.Complaint("dropout makes encoding random and is not supported; set it to null");
        }

        int? unknown = model.Find("unk_token") is null ? null : ModelSection.Unknown(model, vocabulary);
        var rules = new CharacterRules(
            unknown, model.FlagOr("fuse_unk", false), model.FlagOr("byte_fallback", false),
            model.Find("continuing_subword_prefix")?.Text() ?? string.Empty, model.Find("end_of_word_suffix")?.Text() ?? string.Empty);

        if (bytes && rules is not { ContinuingPrefix: "", EndSuffix: "" })
        {
            throw model.Complaint("continuing_subword_prefix and end_of_word_suffix do not go with a byte-level pre-tokenizer; leave them empty");
        }

        var merges = new MergeTable();
        foreach (var merge in model.Require("merges").Items())
        {
            var (left, right) = Halves(merge);
            merges.Add(left, right, vocabulary, $"{merge.File}: {merge.Path}", rules.ContinuingPrefix.Length);
        }

        ISymbolAlphabet alphabet = bytes ? new ByteAlphabet(vocabulary, unknown) : new CharacterAlphabet(vocabulary, rules);
        return new BpeModel(alphabet, merges) { WholePieces = model.FlagOr("ignore_merges", false) ? vocabulary : null };
    }

    private static (string Left, string Right) Halves(JsonPlace merge)
    {
        if (merge.Element.ValueKind != JsonValueKind.Array)
        {
            return MergesText.Halves(merge.Text(), $"{merge.File}: {merge.Path}");
        }

        var halves = merge.Items().Select(h => h.Text()).ToArray();
        return halves is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : throw merge.Complaint("a merge is a pair of tokens");
    }
}
