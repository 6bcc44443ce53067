using Tributary.Learning.Tokenizers.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>The file <c>merges.txt</c>: one merge per line, two tokens with a space between, best first.</summary>
internal static class MergesText
{
    private const long MaxBytes = 128L << 20;

    /// <summary>Reads all merges.</summary>
    /// <exception cref="InputException">A line is not a merge, or names a token that the vocabulary lacks; the message names the line.</exception>
    public static MergeTable Read(string file, Vocabulary vocabulary)
    {
        var table = new MergeTable();
        var number = 0;
        foreach (var line in Lines(file))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            var place = $"{file}: line {number}";
            var (left, right) = Halves(line, place);
            table.Add(left, right, vocabulary, place);
        }

        return table;
    }

    /// <summary>The two tokens of a merge written with one space between.</summary>
    public static (string Left, string Right) Halves(string merge, string place)
    {
        var space = merge.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && space < merge.Length - 1 && merge.IndexOf(' ', space + 1) < 0
            ? (merge[..space], merge[(space + 1)..])
            : throw new InputException($"{place}: '{Vocabulary.Show(merge)}' is not a merge; expected two tokens with one space between");
    }

    private static string[] Lines(string file)
    {
        try
        {
            return FileLength.OfFilled(file) <= MaxBytes
                ? File.ReadAllText(file).Split('\n').Select(l => l.TrimEnd('\r')).ToArray()
                : throw new InputException($"{file}: larger than {MaxBytes >> 20} MB, which no list of merges is");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {file}: {error.Message}", error);
        }
    }
}
