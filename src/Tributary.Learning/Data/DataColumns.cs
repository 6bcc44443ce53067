namespace Tributary.Learning.Data;

/// <summary>Which columns of a CSV or TSV table mean what; what is null is found by name and content (see <c>Formats/TableRows</c>).</summary>
/// <param name="Text">Columns joined with a space to the text.</param>
/// <param name="Label">Column with the class.</param>
/// <param name="Header">Whether the first row names the columns; without names they are <c>column1</c>, <c>column2</c>…</param>
public sealed record DataColumns(IReadOnlyList<string>? Text = null, string? Label = null, bool? Header = null);
