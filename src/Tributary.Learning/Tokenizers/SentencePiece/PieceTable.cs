namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>The pieces of a model by text and by id.</summary>
internal sealed class PieceTable
{
    private readonly SentencePieceModel model;

    /// <summary>Indexes the pieces.</summary>
    /// <exception cref="Tributary.Numerics.InputException">A piece stands twice.</exception>
    public PieceTable(SentencePieceModel model)
    {
        this.model = model;
        Vocabulary = new Vocabulary(model.File);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            Vocabulary.Add(model.Pieces[id].Text, id);
        }

        Unknown = model.Pieces.FindIndex(p => p.Type == PieceType.Unknown);
        MaxLength = model.Pieces.Max(p => p.Text.Length);
    }

    /// <summary>Texts and ids.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Id of the unknown piece.</summary>
    public int Unknown { get; }

    /// <summary>Characters of the longest piece.</summary>
    public int MaxLength { get; }

    /// <summary>The piece with this id.</summary>
    public Piece this[int id] => model.Pieces[id];

    /// <summary>The id of a text, or that of the unknown piece.</summary>
    public int IdOf(ReadOnlySpan<char> text) => Vocabulary.BySpan.TryGetValue(text, out var id) ? id : Unknown;

    /// <summary>The id of a text that may be part of a segmentation: an ordinary, user-defined or unused piece.</summary>
    public bool TryText(ReadOnlySpan<char> text, out int id) =>
        Vocabulary.BySpan.TryGetValue(text, out id) && this[id].Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused;
}
