using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Merging;

/// <summary>
/// The files beside a model's weights that its copy needs too: those of the tokenizer, and how to write. They are copied as they are, so a folder from elsewhere must not be able
/// to point them at something that is not the model's.
/// </summary>
internal static class Companions
{
    private const long LargestFile = 512L << 20;

    // Where the hub's cache keeps the files to which those of a snapshot are links.
    private const string Store = "blobs";

    private static readonly string[] Names =
        ["tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "chat_template.jinja", "generation_config.json"];

    /// <summary>The companions of a model's folder, each checked.</summary>
    /// <exception cref="InputException">One is no file, is too large, or a link out of the folder.</exception>
    public static IReadOnlyList<string> Of(string folder)
    {
        var real = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder));
        string[] there = [.. Names.Where(name => File.Exists(Path.Combine(real, name)))];
        foreach (var name in there)
        {
            Check(Path.Combine(real, name), real);
        }

        return there;
    }

    private static void Check(string path, string folder)
    {
        try
        {
            if (File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName is { } target && !IsIn(folder, target) && !IsIn(Path.Combine(folder, "..", "..", Store), target))
            {
                throw new InputException($"{path}: a link to {target}, outside the model's folder; put the file itself there");
            }

            if (FileLength.OfFilled(path) > LargestFile)
            {
                throw new InputException($"{path}: larger than {LargestFile >> 20} MB, which no tokenizer file is");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot copy {path}: {error.Message}", error);
        }
    }

    private static bool IsIn(string folder, string path) => path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
