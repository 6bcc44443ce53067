namespace Tributary.Architecture.Tests;

/// <summary>What holds for the repository as a whole.</summary>
public class RepositoryTests
{
    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Tributary.slnx");
        var projects = Repository.Files("src").Concat(Repository.Files("tests")).Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

        projects.Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_has_its_lock_file()
    {
        var folders = Repository.Files("src").Concat(Repository.Files("tests")).Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => Path.GetDirectoryName(file)!);

        folders.Where(folder => !File.Exists(Path.Combine(Repository.Root, folder, "packages.lock.json"))).ShouldBeEmpty();
    }

    [Fact]
    public void The_code_map_knows_every_room()
    {
        var map = Repository.Read("docs/code-map.md");
        var rooms = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
            .SelectMany(assembly => Directory.EnumerateDirectories(assembly).Select(room => $"{Path.GetFileName(assembly)}/{Path.GetFileName(room)}"))
            .Where(room => !room.EndsWith("/bin", StringComparison.Ordinal) && !room.EndsWith("/obj", StringComparison.Ordinal)
                && Repository.Files($"src/{room}").Count > 0);

        // "Tributary.Learning/Data" is written as `Learning/Data`.
        rooms.Where(room => !map.Contains($"`{room["Tributary.".Length..]}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
