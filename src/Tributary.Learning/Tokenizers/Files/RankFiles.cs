using System.Globalization;
using System.Text;
using Tributary.Learning.Tokenizers.Decoders;
using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>
/// Builds Llama 3's tokenizer from its <c>tokenizer.model</c>: a line for each token, its bytes in base64 and its rank, which is its id and says how early it is
/// merged. The special tokens follow the last rank and are not in the file.
/// </summary>
internal static class RankFiles
{
    private const long MaxBytes = 64L << 20;
    private const int MaxTokenBytes = 1024; // each way to halve a token is looked at
    private const int SpecialCount = 256;

    private static readonly (int Place, string Name)[] NamedSpecials =
    [
        (0, "<|begin_of_text|>"), (1, "<|end_of_text|>"), (6, "<|start_header_id|>"), (7, "<|end_header_id|>"), (9, "<|eot_id|>"),
    ];

    /// <summary>True when a file holds ranks: a SentencePiece model begins with a byte that no base64 has.</summary>
    public static bool Claims(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return stream.ReadByte() is var first && (char.IsAsciiLetterOrDigit((char)first) || first is '+' or '/');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {file}: {error.Message}", error);
        }
    }

    /// <summary>Reads the file; settings beside it override the customary special tokens.</summary>
    /// <exception cref="InputException">It cannot be read, or a line is not a token and its rank.</exception>
    public static ITokenizer Load(string file, SpecialTokenFiles? beside)
    {
        var vocabulary = Read(file);
        var merges = Merges(vocabulary);
        var model = new BpeModel(new ByteAlphabet(vocabulary, null), merges) { WholePieces = vocabulary };
        var added = (beside?.Added() ?? []).ToList();
        added = added.Count > 0 ? added : [.. Specials(vocabulary.Size)];
        added.ForEach(t => vocabulary.Add(t.Content, t.Id));
        var standard = new SpecialTokens(vocabulary.IdOf("<|begin_of_text|>"), vocabulary.IdOf("<|end_of_text|>"));
        var roles = beside?.Named(t => vocabulary.IdOf(t)).Or(standard) ?? standard;
        return new PipelineTokenizer(vocabulary, model, [.. added.Select(t => t with { Normalized = false })], roles.Or(beside?.ById() ?? roles), roles.Ids)
        {
            PreTokenizer = new PatternPreTokenizer(SplitPattern.Of(SplitPattern.Llama3, file), SplitBehavior.Isolated),
            Decoder = new ByteLevelDecoder(),
            Frame = roles.Bos is { } bos ? TextFrame.Around([bos], []) : TextFrame.None,
            Hash = TokenizerHash.Of([file], $"llama3 {roles} added {string.Join(' ', added)}"),
        };
    }

    private static IEnumerable<AddedToken> Specials(int first)
    {
        var reserved = 0;
        for (var place = 0; place < SpecialCount; place++)
        {
            var name = NamedSpecials.FirstOrDefault(s => s.Place == place).Name
                ?? string.Create(CultureInfo.InvariantCulture, $"<|reserved_special_token_{reserved++}|>");
            yield return new AddedToken(name, first + place, Special: true);
        }
    }

    private static Vocabulary Read(string file)
    {
        var vocabulary = new Vocabulary(file);
        try
        {
            if (FileLength.OfFilled(file) > MaxBytes)
            {
                throw new InputException($"{file}: larger than {MaxBytes >> 20} MB, which no list of ranks is");
            }

            var number = 0;
            foreach (var line in File.ReadLines(file, Encoding.UTF8))
            {
                number++;
                if (line.Length > 0)
                {
                    Add(line, vocabulary, $"{file}: line {number}");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {file}: {error.Message}", error);
        }

        return vocabulary;
    }

    private static void Add(string line, Vocabulary vocabulary, string place)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        Span<byte> bytes = stackalloc byte[MaxTokenBytes];
        if (space <= 0 || !Convert.TryFromBase64Chars(line.AsSpan(0, space), bytes, out var length) || length == 0
            || !long.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rank))
        {
            throw new InputException($"{place}: '{Vocabulary.Show(line)}' is not a token in base64 (at most {MaxTokenBytes} bytes) and its rank; fetch the file again");
        }

        vocabulary.Add(ByteCharacters.Write(bytes[..length]), rank);
    }

    // Two neighbours merge when together they are a token; its rank says how early.
    private static MergeTable Merges(Vocabulary vocabulary)
    {
        var merges = new MergeTable();
        for (var id = 0; id < vocabulary.Size; id++)
        {
            var token = vocabulary.TokenOf(id).AsSpan();
            for (var cut = 1; cut < token.Length; cut++)
            {
                if (vocabulary.BySpan.TryGetValue(token[..cut], out var left) && vocabulary.BySpan.TryGetValue(token[cut..], out var right))
                {
                    merges.Set(left, right, id, id);
                }
            }
        }

        return merges;
    }
}
