using Tributary.Learning.Tensors;

namespace Tributary.Federation.Messages;

/// <summary>Under which names a body's contents lie in its file.</summary>
internal static class MessageNames
{
    public const string Number = "#number/";
    public const string Text = "#text/";
    public const string Rows = "#rows/";
    public const string Columns = "#columns/";
    public const string Entries = "#entries/";
    public const string Indices = "#indices/";

    /// <summary>What stands in front of the marks of a tensor that is there in part.</summary>
    public static IReadOnlyList<string> Marks { get; } = [Rows, Columns, Entries, Indices];

    /// <summary>A tensor's name in its section.</summary>
    public static string In(string section, TensorKey key) => section == MessageBody.Parameters ? key.WireName : $"#{section}/{key.WireName}";

    /// <summary>The section of a tensor, and its own name.</summary>
    public static (string Section, string Name) Split(string name)
    {
        var slash = name.StartsWith('#') ? name.IndexOf('/', StringComparison.Ordinal) : -1;
        return (slash > 1 ? name[1..slash] : MessageBody.Parameters, name[(slash + 1)..]);
    }
}
