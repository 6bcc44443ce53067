namespace Tributary.Learning.Data.Formats;

/// <summary>Labels that have a column each, with a 1 where they apply.</summary>
internal static class Indicated
{
    /// <summary>The names of the columns that apply, between commas.</summary>
    public static string Labels(IEnumerable<(string Name, string Value)> columns) =>
        string.Join(',', columns.Where(column => column.Value.Trim() is "1" or "1.0" or "true" or "True").Select(column => column.Name));
}
