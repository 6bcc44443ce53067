using System.Reflection;
using System.Xml.Linq;

namespace Tributary.Architecture.Tests;

/// <summary>Numerics ◄ Learning ◄ Federation ◄ { Simulation | Coordinator | Agent | Reports } ◄ Cli: no arrow points the other way, none crosses.</summary>
public class AssemblyArrowTests
{
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Tributary.Numerics"] = [],
        ["Tributary.Learning"] = ["Tributary.Numerics"],
        ["Tributary.Federation"] = ["Tributary.Numerics", "Tributary.Learning"],
        ["Tributary.Simulation"] = ["Tributary.Numerics", "Tributary.Learning", "Tributary.Federation"],
        ["Tributary.Reports"] = ["Tributary.Numerics", "Tributary.Learning", "Tributary.Federation"],
        ["Tributary.Agent"] = ["Tributary.Numerics", "Tributary.Learning", "Tributary.Federation"],
        ["Tributary.Coordinator"] = ["Tributary.Numerics", "Tributary.Federation", "Tributary.Reports"],
        ["Tributary.Cli"] =
        [
            "Tributary.Numerics", "Tributary.Learning", "Tributary.Federation", "Tributary.Simulation", "Tributary.Reports", "Tributary.Agent", "Tributary.Coordinator",
        ],
    };

    public static TheoryData<string> Projects => [.. Repository.Files("src").Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_below_it(string project)
    {
        var allowed = MayUse[Path.GetFileNameWithoutExtension(project)];
        var referred = XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));

        referred.ShouldBeSubsetOf(allowed);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_built_assembly_uses_only_those_below_it(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var file = name == "Tributary.Cli" ? "tributary.dll" : name + ".dll";
        var used = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, file)).GetReferencedAssemblies().Select(a => a.Name!);

        used.Where(n => n.StartsWith("Tributary.", StringComparison.Ordinal)).ShouldBeSubsetOf(MayUse[name]);
    }

    [Fact]
    public void Below_the_coordinator_nothing_knows_the_web()
    {
        foreach (var name in new[] { "Tributary.Numerics", "Tributary.Learning", "Tributary.Federation", "Tributary.Simulation", "Tributary.Reports" })
        {
            var used = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name + ".dll")).GetReferencedAssemblies().Select(a => a.Name!);
            used.ShouldNotContain(n => n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal), name);
        }
    }
}
