using System.Text.Json;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>model</c> of a tokenizer.json: vocabulary and merges of a BPE model.</summary>
internal static class BpeSection
{
    /// <summary>Fills the vocabulary and builds the model.</summary>
    /// <exception cref="Tributary.Numerics.InputException">The model is of another type or uses an option that is not supported.</exception>
    public static ITokenModel Read(JsonPlace model, Vocabulary vocabulary, bool byteLevel)
    {
        // Old files leave the type out; only BPE has merges.
        var type = model.Find("type")?.Text() ?? (model.Find("merges") is null ? "none" : "BPE");
        if (type != "BPE")
        {
            throw model.Complaint($"the model type '{type}' is not supported; BPE is");
        }

        RefuseOptions(model);
        foreach (var (token, id) in model.Require("vocab").Properties())
        {
            vocabulary.Add(token, id.Number());
        }

        var merges = new MergeTable();
        foreach (var merge in model.Require("merges").Items())
        {
            var (left, right) = Halves(merge);
            merges.Add(left, right, vocabulary, $"{merge.File}: {merge.Path}");
        }

        int? unknown = model.Find("unk_token") is { } named
            ? vocabulary.IdOf(named.Text()) ?? throw named.Complaint($"the unknown token '{named.Text()}' is not in the vocabulary")
            : null;
        ISymbolAlphabet alphabet = byteLevel
            ? new ByteAlphabet(vocabulary, unknown)
            : new CharacterAlphabet(vocabulary, unknown, model.FlagOr("fuse_unk", false), model.FlagOr("byte_fallback", false));
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

    private static void RefuseOptions(JsonPlace model)
    {
        foreach (var option in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(option)?.Text() is { Length: > 0 } value)
            {
                throw model.Complaint($"{option} '{value}' is not supported");
            }
        }

        if (model.Find("dropout") is { Element.ValueKind: JsonValueKind.Number } dropout && dropout.Element.GetDouble() != 0)
        {
            throw dropout.Complaint("dropout makes encoding random and is not supported; set it to null");
        }
    }
}
