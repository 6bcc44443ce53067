namespace Tributary.Learning.Data;

/// <summary>Which columns of a table, or fields of JSON records, mean what; what is null is found by name, in tables by content too (see <c>Formats/TableRows</c>).</summary>
/// <param name="Text">Columns joined with a space to the text; of rows of tokens, the one with the tokens.</param>
/// <param name="Label">Column with the class, the number or the tags. Several columns hold a 1 where the label of their name applies.</param>
/// <param name="Header">Whether the first row of a table names the columns; without names they are <c>column1</c>, <c>column2</c>…</param>
/// <param name="Pair">Column with the second text of a pair.</param>
public sealed record DataColumns(IReadOnlyList<string>? Text = null, IReadOnlyList<string>? Label = null, bool? Header = null, string? Pair = null);
