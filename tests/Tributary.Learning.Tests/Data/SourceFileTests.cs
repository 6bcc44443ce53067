using Tributary.Learning.Data;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data;

public sealed class SourceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Patterns_and_folders_give_files_in_ordinal_order()
    {
        _folder.Write("b.txt", "x");
        _folder.Write("a.txt", "x");
        _folder.Write("c.md", "x");

        SourceFile.Expand(_folder.PathOf("*.txt")).Select(path => Path.GetFileName(path)).ShouldBe(["a.txt", "b.txt"]);
        SourceFile.ReadAll(_folder.Root, DataFormat.Text).Select(file => file.Name).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void Files_that_differ_in_extension_alone_keep_it()
    {
        _folder.Write("a.txt", "x");
        _folder.Write("a.md", "x");

        SourceFile.ReadAll(_folder.Root, DataFormat.Text).Select(file => file.Name).ShouldBe(["a.md", "a.txt"]);
    }

    [Fact]
    public void Nothing_to_read_is_refused()
    {
        Should.Throw<InputException>(() => SourceFile.Expand(_folder.PathOf("*.json"))).Message.ShouldContain("nothing matches");
        Should.Throw<InputException>(() => SourceFile.Expand(_folder.PathOf("no/where.json"))).Message.ShouldContain("does not exist");
    }
}
