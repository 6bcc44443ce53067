using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.Normalizers;

/// <summary>What BERT does to a text before it cuts words.</summary>
/// <param name="CleanText">Drops control characters; every kind of space becomes a blank.</param>
/// <param name="SeparateIdeographs">Puts blanks around Chinese characters.</param>
/// <param name="StripAccents">Drops accents; null does so when lower-casing.</param>
/// <param name="Lowercase">Small letters for capitals.</param>
internal sealed record BertCleaning(bool CleanText = true, bool SeparateIdeographs = true, bool? StripAccents = null, bool Lowercase = true)
{
    /// <summary>The steps of a tokenizer.json.</summary>
    public INormalizer Normalizer() => new SequenceNormalizer([.. Cleaning, .. Accents, .. Case]);

    /// <summary>The steps of a vocab.txt: letters first, unassigned characters dropped as well, and composed characters where accents stay.</summary>
    public INormalizer VocabularyNormalizer() => new SequenceNormalizer(
        [.. Case, CharacterNormalizer.DropUnassigned, .. Cleaning, new UnicodeNormalizer(UnicodeForm.Nfc), .. Accents]);

    private IEnumerable<INormalizer> Case => Lowercase ? [CharacterNormalizer.Lowercase] : [];

    private IEnumerable<INormalizer> Accents => StripAccents ?? Lowercase ? [new UnicodeNormalizer(UnicodeForm.Nfd), CharacterNormalizer.DropAccents] : [];

    private IEnumerable<INormalizer> Cleaning
    {
        get
        {
            if (CleanText)
            {
                yield return CharacterNormalizer.BertClean;
            }

            if (SeparateIdeographs)
            {
                yield return CharacterNormalizer.BertIdeographs;
            }
        }
    }
}
