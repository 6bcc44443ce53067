namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>What becomes of the matches of a pattern that cuts a text; the names are those of tokenizer.json.</summary>
internal enum SplitBehavior
{
    /// <summary>They vanish.</summary>
    Removed,

    /// <summary>Each is a piece.</summary>
    Isolated,

    /// <summary>Each joins the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>Each joins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Neighbours join to one piece.</summary>
    Contiguous,
}
