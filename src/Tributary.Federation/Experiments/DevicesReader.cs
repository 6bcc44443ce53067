using Tributary.Federation.Devices;
using Tributary.Learning.Adaptation;
using YamlDotNet.RepresentationModel;

namespace Tributary.Federation.Experiments;

/// <summary>Reads the section <c>devices</c>.</summary>
internal static class DevicesReader
{
    private const int MostRank = 1 << 20;
    private const int MostLayers = 1 << 20;
    private const int MostShare = 1_000_000;
    private static readonly string[] Choices = ["refuse", "leave_out"];

    /// <summary>The devices; null when the file has none.</summary>
    /// <param name="root">The top level.</param>
    /// <param name="seed">The experiment's seed, unless the section has its own.</param>
    /// <param name="resolve">Makes a path absolute.</param>
    /// <param name="adaptation">Reads adapters of some clients' own over the method's, given their full name in the file.</param>
    /// <exception cref="Numerics.InputException">Something is unknown, missing or absurd.</exception>
    public static DeviceSettings? Read(Section root, long seed, Func<string, string> resolve, Func<YamlNode, string, AdapterConfig> adaptation)
    {
        var section = root.Below("devices");
        if (!section.Exists)
        {
            return null;
        }

        var profiles = section.Below("profiles");
        if (profiles.Names.Count == 0)
        {
            throw profiles.Exists
                ? section.Bad(section.Node("profiles")!, "profiles", "is empty; name a kind of machine in it, for example laptop: { memory: 4 GB, share: 1 }")
                : section.Missing("profiles");
        }

        var settings = new DeviceSettings(
            [.. profiles.Names.Select(name => Profile(profiles, name, resolve, adaptation))],
            section.Long("seed", 0, long.MaxValue) ?? seed,
            TooSmall(section));
        section.RefuseOthers();
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (client, profile) in settings.Profiles.SelectMany(profile => profile.Clients.Select(client => (client, profile.Name))))
        {
            if (!named.TryAdd(client, profile))
            {
                throw profiles.Bad(profiles.Node(profile)!, $"{profile}.clients", $"names '{client}', as does '{named[client]}'; a client has one profile");
            }
        }

        return settings;
    }

    private static DeviceProfile Profile(Section profiles, string name, Func<string, string> resolve, Func<YamlNode, string, AdapterConfig> adaptation)
    {
        var section = profiles.Below(name);
        var profile = new DeviceProfile(
            name,
            section.Integer("rank", 1, MostRank),
            section.Integer("layers", 1, MostLayers),
            Quantity(section, "memory", Experiments.Quantity.Bytes, Experiments.Quantity.MemoryForm),
            Quantity(section, "bandwidth_up", Experiments.Quantity.BitsPerSecond, Experiments.Quantity.BandwidthForm),
            Quantity(section, "bandwidth_down", Experiments.Quantity.BitsPerSecond, Experiments.Quantity.BandwidthForm))
        {
            Width = section.Number("width", value => value is > 0 and <= 1, "a number above 0 and at most 1"),
            Model = section.Text("model") is { } model ? resolve(model) : null,
            Adaptation = section.Node("adaptation") is { } adapters ? adaptation(adapters, $"devices.profiles.{name}.adaptation") : null,
            BaseType = section.Storage("base_dtype"),
            Clients = section.Texts("clients") ?? [],
            Share = section.Number("share", value => value is > 0 and <= MostShare, $"a number above 0, at most {MostShare}"),
        };
        section.RefuseOthers();
        return profile.Clients.Count > 0 || profile.Share is not null
            ? profile
            : throw profiles.Bad(profiles.Node(name) ?? profiles.Key(name), name, "is given to nobody; add 'clients' (ids) or 'share' (of the clients that nobody names)");
    }

    private static T? Quantity<T>(Section section, string key, Func<string, T?> parse, string form)
        where T : struct =>
        section.Text(key) is not { } text ? null : parse(text) ?? throw section.Bad(section.Node(key)!, key, $"is '{text}', expected {form}");

    private static TooSmall TooSmall(Section section) => section.Text("too_small") switch
    {
        null or "refuse" => Devices.TooSmall.Refuse,
        "leave_out" => Devices.TooSmall.LeaveOut,
        var other => throw section.Bad(section.Node("too_small")!, "too_small", $"has no choice '{other}'{Nearest.Hint(other, Choices)}"),
    };
}
