using Tributary.Learning.Tokenizers.Files;

namespace Tributary.Learning.Tokenizers.Pipeline;

/// <summary>
/// A token recognised in the text before the model sees it. <see cref="LeftStrip"/> and <see cref="RightStrip"/> let it take the white space beside it;
/// <see cref="SingleWord"/> asks for a word boundary on both sides; <see cref="Normalized"/> looks for it after normalisation.
/// </summary>
internal sealed record AddedToken(
    string Content, long Id, bool Special, bool LeftStrip = false, bool RightStrip = false, bool SingleWord = false, bool Normalized = false)
{
    /// <summary>Reads one entry of <c>added_tokens</c> or <c>added_tokens_decoder</c>.</summary>
    public static AddedToken Read(JsonPlace entry, long id)
    {
        var content = entry.Require("content").Text();
        return content.Length == 0
            ? throw entry.Complaint($"the added token with id {id} is empty")
            : new AddedToken(content, id, entry.FlagOr("special", false), entry.FlagOr("lstrip", false), entry.FlagOr("rstrip", false), entry.FlagOr("single_word", false), entry.FlagOr("normalized", false));
    }
}
