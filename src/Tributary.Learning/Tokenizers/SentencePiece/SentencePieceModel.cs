using System.Text;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>What a piece is for; the numbers are those of the file.</summary>
internal enum PieceType
{
    /// <summary>Ordinary text.</summary>
    Normal = 1,

    /// <summary>What no other piece expresses.</summary>
    Unknown = 2,

    /// <summary>Without text, such as the beginning.</summary>
    Control = 3,

    /// <summary>Never cut and never merged.</summary>
    UserDefined = 4,

    /// <summary>Known but not given out.</summary>
    Unused = 5,

    /// <summary>One byte.</summary>
    Byte = 6,
}

/// <summary>One piece with its score.</summary>
internal readonly record struct Piece(string Text, float Score, PieceType Type);

/// <summary>The parts of a SentencePiece model file that encoding and decoding need.</summary>
internal sealed record SentencePieceModel
{
    /// <summary>The number of the unigram model type in the file.</summary>
    public const ulong Unigram = 1;

    /// <summary>The number of the BPE model type in the file.</summary>
    public const ulong Bpe = 2;

    private const long MaxBytes = 256L << 20;
    private const int MaxPieceBytes = 8000;

    /// <summary>The file read.</summary>
    public required string File { get; init; }

    /// <summary>The pieces by id.</summary>
    public List<Piece> Pieces { get; } = [];

    /// <summary>Which model: unigram unless said otherwise.</summary>
    public ulong ModelType { get; private set; } = Unigram;

    /// <summary>Unknown characters are written as bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>Spaces end a word in place of beginning it.</summary>
    public bool SpaceAsSuffix { get; private set; }

    /// <summary>How the unknown piece is decoded.</summary>
    public string UnknownSurface { get; private set; } = " \u2047 ";

    /// <summary>A text begins as if a space stood before it.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>Runs of spaces become one, those at the ends vanish.</summary>
    public bool RemoveExtraSpaces { get; private set; } = true;

    /// <summary>Spaces are written as U+2581.</summary>
    public bool EscapeSpaces { get; private set; } = true;

    /// <summary>The compiled character rules, or empty.</summary>
    public byte[] CharsMap { get; private set; } = [];

    /// <summary>Reads a model file.</summary>
    /// <exception cref="InputException">The file is damaged or of a kind not supported.</exception>
    public static SentencePieceModel Read(string file)
    {
        try
        {
            var length = FileLength.Of(file);
            return length <= MaxBytes
                ? Parse(length == 0 ? [] : System.IO.File.ReadAllBytes(file), file) // a pipe or a device has no length and perhaps no end
                : throw new InputException($"{file}: larger than {MaxBytes >> 20} MB, which no SentencePiece model is");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {file}: {error.Message}", error);
        }
    }

    private static SentencePieceModel Parse(ReadOnlySpan<byte> bytes, string file)
    {
        var dummyPrefix = true;
        var model = new SentencePieceModel { File = file };
        var reader = new ProtobufReader(bytes, file, 0);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    model.Pieces.Add(ReadPiece(reader.Message(), model.Pieces.Count));
                    break;
                case 2:
                    model.ReadTrainer(reader.Message());
                    break;
                case 3:
                    model.ReadNormalizer(reader.Message(), ref dummyPrefix);
                    break;
                case 5:
                    RefuseDenormalizer(reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        model.Check();
        return model with { AddDummyPrefix = dummyPrefix };
    }

    private static Piece ReadPiece(ProtobufReader reader, int id)
    {
        var (text, score, type) = (string.Empty, 0f, PieceType.Normal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = Text(ref reader, MaxPieceBytes);
                    break;
                case 2:
                    score = reader.Single();
                    break;
                case 3:
                    type = reader.Varint() is >= 1 and <= 6 and var number ? (PieceType)number : throw reader.Broken($"piece {id} is of an unknown type");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return text.Length > 0 && !text.Contains('\0') && float.IsFinite(score)
            ? new Piece(text, score, type)
            : throw reader.Broken($"piece {id} is empty, holds a NUL, or its score is not finite");
    }

    private void ReadTrainer(ProtobufReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    ModelType = reader.Varint();
                    break;
                case 24:
                    SpaceAsSuffix = reader.Flag();
                    break;
                case 35:
                    ByteFallback = reader.Flag();
                    break;
                case 44:
                    UnknownSurface = Text(ref reader, MaxPieceBytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadNormalizer(ProtobufReader reader, ref bool dummyPrefix)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    CharsMap = reader.Bytes().ToArray();
                    break;
                case 3:
                    dummyPrefix = reader.Flag();
                    break;
                case 4:
                    RemoveExtraSpaces = reader.Flag();
                    break;
                case 5:
                    EscapeSpaces = reader.Flag();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static void RefuseDenormalizer(ProtobufReader reader)
    {
        while (reader.Next())
        {
            if (reader.Field == 2 && reader.Bytes().Length > 0)
            {
                throw reader.Broken("rules for decoding (denormalizer) are not supported");
            }

            if (reader.Field != 2)
            {
                reader.Skip();
            }
        }
    }

    private static string Text(ref ProtobufReader reader, int maxBytes)
    {
        var bytes = reader.Bytes();
        return bytes.Length < maxBytes && System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw reader.Broken($"a text is longer than {maxBytes} bytes or not UTF-8");
    }

    private void Check()
    {
        if (ModelType is not (Unigram or Bpe))
        {
            throw new InputException($"{File}: model type {ModelType} is not supported; unigram (1) and BPE (2) are");
        }

        if (Pieces.Count(p => p.Type == PieceType.Unknown) != 1)
        {
            throw new InputException($"{File}: expected exactly one piece for the unknown; the file is damaged or no SentencePiece model: fetch it again");
        }

        var bytes = Pieces.Where(p => p.Type == PieceType.Byte).Select(p => ByteTokens.Parse(p.Text)).ToHashSet();
        if (bytes.Contains(null) || (ByteFallback && bytes.Count != 256))
        {
            throw new InputException($"{File}: byte fallback needs the 256 pieces <0x00> … <0xFF>; the file is damaged: fetch it again");
        }
    }
}
