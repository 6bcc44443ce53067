namespace Tributary.Cli.Tests.Verbs;

public class QuickstartVerbTests
{
    [Fact]
    public void A_folder_with_a_model_and_data_of_ones_own_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var mine = new[] { folder.Write("model/config.json", "mine"), folder.Write("data/mine.jsonl", "mine") };

        BuiltTool.Run("quickstart", "--out", folder.Root).ShouldBeRefused().ShouldContain("not of a quickstart");

        mine.ShouldAllBe(path => File.ReadAllText(path) == "mine");
        Directory.GetFileSystemEntries(folder.Root).Length.ShouldBe(2);
    }

    [Fact]
    public void A_file_is_no_folder_for_results()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "mine");

        BuiltTool.Run("quickstart", "--out", file).ShouldBeRefused().ShouldContain("use another folder");

        File.ReadAllText(file).ShouldBe("mine");
    }
}
