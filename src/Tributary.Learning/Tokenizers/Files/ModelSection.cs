using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The <c>model</c> of a tokenizer.json.</summary>
internal static class ModelSection
{
    /// <summary>Fills the vocabulary and builds the model.</summary>
    /// <param name="model">The section.</param>
    /// <param name="vocabulary">Takes the tokens.</param>
    /// <param name="bytes">Whether pieces reach the model as text whose bytes are its symbols.</param>
    /// <exception cref="Tributary.Numerics.InputException">The model is of another type, uses an option that is not supported, or contradicts itself.</exception>
    public static ITokenModel Read(JsonPlace model, Vocabulary vocabulary, bool bytes)
    {
        // Old files leave the type out; only BPE has merges.
        var type = model.Find("type")?.Text() ?? (model.Find("merges") is null ? "WordPiece" : "BPE");
        switch (type)
        {
            case "BPE":
                Fill(model, vocabulary);
                return BpeSection.Read(model, vocabulary, bytes);
            case "WordPiece":
                Fill(model, vocabulary);
                return new WordPieceModel(
                    vocabulary, Unknown(model, vocabulary), model.Find("continuing_subword_prefix")?.Text() ?? "##",
                    model.Find("max_input_chars_per_word") is { } most ? most.Count() : WordPieceModel.LongestWord);
            case "WordLevel":
                Fill(model, vocabulary);
                return new WordLevelModel(vocabulary, Unknown(model, vocabulary));
            case "Unigram":
                return Unigram(model, vocabulary);
            default:
                throw model.Complaint($"the model type '{type}' is not supported; BPE, WordPiece, WordLevel and Unigram are");
        }
    }

    /// <summary>The id of the unknown token that a model names.</summary>
    public static int Unknown(JsonPlace model, Vocabulary vocabulary)
    {
        var named = model.Require("unk_token");
        return vocabulary.IdOf(named.Text()) ?? throw named.Complaint($"the unknown token '{named.Text()}' is not in the vocabulary");
    }

    private static void Fill(JsonPlace model, Vocabulary vocabulary)
    {
        foreach (var (token, id) in model.Require("vocab").Properties())
        {
            vocabulary.Add(token, id.Number());
        }
    }

    private static UnigramModel Unigram(JsonPlace model, Vocabulary vocabulary)
    {
        var scores = new List<double>();
        foreach (var entry in model.Require("vocab").Items())
        {
            if (entry.Items().ToArray() is not [var token, var score] || !double.IsFinite(score.Real()))
            {
                throw entry.Complaint("expected a token and its score");
            }

            vocabulary.Add(token.Text(), scores.Count);
            scores.Add(score.Real());
        }

        var unknown = model.Require("unk_id");
        return unknown.Count() < scores.Count
            ? new UnigramModel(vocabulary, [.. scores], unknown.Count(), model.FlagOr("byte_fallback", false))
            : throw unknown.Complaint($"the unknown token {unknown.Count()} is not one of the {scores.Count} tokens");
    }
}
