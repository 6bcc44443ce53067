namespace Tributary.Learning.Tokenizers;

/// <summary>A token of a text and the stretch of the original text that it was made of.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Range">The stretch; a token that is a part of a character covers the whole character, one that was put in covers what it was put before.</param>
public readonly record struct EncodedToken(int Id, TextRange Range);
