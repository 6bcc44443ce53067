namespace Tributary.Learning.Tokenizers.Unicode;

/// <summary>The four normalisation forms of Unicode (UAX 15).</summary>
internal enum UnicodeForm
{
    /// <summary>Canonical, composed.</summary>
    Nfc,

    /// <summary>Canonical, decomposed.</summary>
    Nfd,

    /// <summary>Compatibility, composed.</summary>
    Nfkc,

    /// <summary>Compatibility, decomposed.</summary>
    Nfkd,
}
