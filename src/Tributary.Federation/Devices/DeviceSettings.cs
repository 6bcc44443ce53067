using System.Text.Json.Serialization;
using Tributary.Federation.Experiments;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Devices;

/// <summary>The section <c>devices</c>: which machines there are and who has which.</summary>
/// <param name="Profiles">The machines, in the order of the file.</param>
/// <param name="Seed">From which the shares are drawn.</param>
/// <param name="TooSmall">What becomes of a client whose machine cannot hold its part.</param>
public sealed record DeviceSettings(IReadOnlyList<DeviceProfile> Profiles, long Seed, TooSmall TooSmall)
{
    /// <summary>
    /// The profile of each client: its own where it is named. The others are divided by the shares, to the nearest whole client (largest remainders), in an order drawn from the seed.
    /// </summary>
    /// <param name="file">The experiment file, for messages.</param>
    /// <param name="clients">All clients, in id order.</param>
    /// <exception cref="ImpossibleException">A profile names nobody's id, or a client has no profile.</exception>
    public IReadOnlyDictionary<string, DeviceProfile> Assign(string file, IReadOnlyList<string> clients)
    {
        var named = Profiles.SelectMany(profile => profile.Clients.Select(client => (Client: client, Profile: profile))).ToDictionary(one => one.Client, one => one.Profile, StringComparer.Ordinal);
        var strangers = named.Where(one => !clients.Contains(one.Key, StringComparer.Ordinal))
            .Select(one => $"devices.profiles.{one.Value.Name}.clients names '{one.Key}', which is no client{Nearest.Hint(one.Key, clients)}");
        string[] others = [.. clients.Where(client => !named.ContainsKey(client))];
        var shares = Profiles.Where(profile => profile.Share is not null).ToArray();
        string[] reasons = [.. strangers, .. others.Length > 0 && shares.Length == 0 ? [$"devices: client '{others[0]}' has no profile; name it among the clients of one, or give a profile a share"] : Array.Empty<string>()];
        if (reasons.Length > 0)
        {
            throw new ImpossibleException(file, reasons);
        }

        PhiloxStream.Root(Seed).Child("devices").Sequence().Shuffle<string>(others);
        var counts = Counts([.. shares.Select(profile => profile.Share!.Value)], others.Length);
        var next = 0;
        foreach (var (profile, count) in shares.Zip(counts))
        {
            foreach (var client in others.AsSpan(next, count))
            {
                named[client] = profile;
            }

            next += count;
        }

        return named;
    }

    private static int[] Counts(double[] shares, int clients)
    {
        double[] exact = [.. shares.Select(share => share / shares.Sum() * clients)];
        int[] counts = [.. exact.Select(count => (int)Math.Floor(count))];
        foreach (var largest in Enumerable.Range(0, shares.Length).OrderByDescending(i => exact[i] - counts[i]).Take(clients - counts.Sum()))
        {
            counts[largest]++;
        }

        return counts;
    }
}

/// <summary>What becomes of a client whose machine cannot hold its part.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TooSmall>))]
public enum TooSmall
{
    /// <summary>The run is refused at start.</summary>
    [JsonStringEnumMemberName("refuse")]
    Refuse,

    /// <summary>The run goes without it and its data.</summary>
    [JsonStringEnumMemberName("leave_out")]
    LeaveOut,
}
