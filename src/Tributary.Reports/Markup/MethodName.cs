using System.Globalization;
using Tributary.Federation.Parts;

namespace Tributary.Reports.Markup;

/// <summary>Methods and their parts in words.</summary>
internal static class MethodName
{
    /// <summary>A method's id; one whose parts the experiment changed ("fedbuff+pace") says which: "fedbuff with another pace".</summary>
    public static string InWords(string id)
    {
        var parts = id.Split('+');
        return parts.Length == 1 ? id : $"{parts[0]} with another {string.Join(" and another ", parts.Skip(1).Select(part => part.Replace('_', ' ')))}";
    }

    /// <summary>The blocks below a cut, or below several.</summary>
    public static string FirstBlocks(Cut cut) => (cut.Blocks.Min(), cut.Blocks.Max()) switch
    {
        (1, 1) => "first block",
        var (least, most) when least == most => string.Create(CultureInfo.InvariantCulture, $"first {least} blocks"),
        var (least, most) => string.Create(CultureInfo.InvariantCulture, $"first {least} to {most} blocks"),
    };
}
