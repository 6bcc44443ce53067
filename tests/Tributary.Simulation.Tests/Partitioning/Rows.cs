using Tributary.Learning.Data;
using Tributary.Simulation.Partitioning;

namespace Tributary.Simulation.Tests.Partitioning;

/// <summary>Data pools for tests.</summary>
internal static class Rows
{
    public static DataPool Pool(int count, int classes = 3) => Pool([("rows", count)], classes);

    public static DataPool Pool((string Name, int Count)[] files, int classes = 3) =>
        new([.. files.Select(file => new SourceFile(file.Name, [.. Enumerable.Range(0, file.Count).Select(row => Text($"text {row}", $"{row % classes}"))]))]);

    public static TextExample Text(string text, string label) => new(text, new Dictionary<string, string> { ["label"] = label });
}
