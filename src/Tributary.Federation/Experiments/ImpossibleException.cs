using Tributary.Numerics;

namespace Tributary.Federation.Experiments;

/// <summary>An experiment whose settings can each be read but cannot hold together.</summary>
/// <param name="file">The experiment file.</param>
/// <param name="reasons">One line for each reason, at least one.</param>
public sealed class ImpossibleException(string file, IReadOnlyList<string> reasons) : InputException($"{file}: {string.Join("; ", reasons)}")
{
    /// <summary>One line for each reason, without the file.</summary>
    public IReadOnlyList<string> Reasons => reasons;
}
