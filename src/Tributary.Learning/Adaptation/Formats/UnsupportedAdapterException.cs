using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Formats;

/// <summary>An adapter folder of a kind, or with a feature, that this build does not claim to read.</summary>
internal sealed class UnsupportedAdapterException(string path, string reason) : InputException($"{path}: {reason}")
{
    /// <summary>What is not supported, without the file.</summary>
    public string Reason => reason;
}
