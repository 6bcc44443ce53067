using Tributary.Learning.Data;
using Tributary.Numerics;

namespace Tributary.Simulation.Partitioning;

/// <summary>All rows of all files, numbered one after another.</summary>
public sealed class DataPool(IReadOnlyList<SourceFile> files)
{
    private static readonly string[] CustomaryFields = ["label", "category", "class", "skill"];

    /// <summary>The files, in the order in which their rows are numbered.</summary>
    public IReadOnlyList<SourceFile> Files => files;

    /// <summary>The rows.</summary>
    public IReadOnlyList<Example> Examples { get; } = [.. files.SelectMany(file => file.Examples)];

    /// <summary>Row numbers by the value they have in a field, values in ordinal order; null takes the first customary field that all rows have.</summary>
    /// <exception cref="InputException">A row has no such field.</exception>
    public SortedDictionary<string, List<int>> RowsBy(string? field)
    {
        field = field is null || CustomaryFields.Contains(field, StringComparer.Ordinal) ? Customary(field) : field;
        var rows = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (var row = 0; row < Examples.Count; row++)
        {
            if (!Examples[row].Fields.TryGetValue(field, out var value))
            {
                throw new InputException($"data.partition: row {row + 1} has no field '{field}'; it has: {Known(Examples[row])}");
            }

            if (!rows.TryGetValue(value, out var list))
            {
                rows[value] = list = [];
            }

            list.Add(row);
        }

        return rows;
    }

    // Formats name the class of a row differently: any of the customary names means the one that the rows have.
    private string Customary(string? asked)
    {
        bool InAllRows(string name) => Examples.All(example => example.Fields.ContainsKey(name));
        return asked is not null && InAllRows(asked) ? asked
            : Array.Find(CustomaryFields, InAllRows)
            ?? throw new InputException(Examples[0].Fields.Count == 0
                ? "data.partition: rows of this format have no fields to go by; choose a kind that needs none: iid, quantity or cluster"
                : $"data.partition: no field to go by in all rows; set 'by' to one of: {Known(Examples[0])}");
    }

    private static string Known(Example example) => example.Fields.Count == 0 ? "none" : string.Join(", ", example.Fields.Keys.Order(StringComparer.Ordinal));
}
