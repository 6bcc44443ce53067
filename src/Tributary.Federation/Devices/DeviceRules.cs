using Tributary.Federation.Methods;
using Tributary.Federation.Parts;

namespace Tributary.Federation.Devices;

/// <summary>What devices make of a method's capacity: what a recipe deals out to clients whose machines it does not know is theirs instead.</summary>
public static class DeviceRules
{
    /// <summary>The method for clients with these devices: ranks, blocks and widths by client; a client without a limit has everything, of a cut model as much as the method gives anybody.</summary>
    public static Method Equipped(Method method, IReadOnlyDictionary<string, DeviceProfile> devices)
    {
        var (ranks, depths) = (Limits(devices, profile => profile.Rank), Limits(devices, profile => profile.Layers));
        var ranked = (ranks, method.Capacity) switch
        {
            (null, Capacity.Elastic own) when Limits(devices, profile => profile.Width) is { } widths => own with { Shares = [1], ByClient = widths },
            (null, var own) => own,
            (_, Capacity.Uniform own) => new Capacity.Ranks([method.Adaptation.LargestRank], ByClient: ranks) { Bits = own.Bits },
            (_, Capacity.Ranks own) => own with { Values = [method.Adaptation.LargestRank], Shares = null, ByClient = ranks },
            (_, var own) => own,
        };
        if (method.LocalProgram.Cut is { } cut)
        {
            return method with { Capacity = ranked, LocalProgram = method.LocalProgram with { Cut = depths is null ? cut : cut with { ByClient = depths } } };
        }

        return method with
        {
            Capacity = (depths, ranked) switch
            {
                (null, var own) => own,
                (_, Capacity.Blocks blocks) => blocks with { Counts = [int.MaxValue], Depths = depths },
                (_, var own) => own with { Depths = depths },
            },
        };
    }

    /// <summary>One line for each reason why a method's clients cannot have such devices; empty when they can.</summary>
    public static IReadOnlyList<string> Refusals(Method method, IReadOnlyList<DeviceProfile> profiles)
    {
        var reasons = new List<string>();
        var names = string.Join(", ", profiles.Where(profile => profile.Rank is not null).Select(profile => $"devices.profiles.{profile.Name}.rank"));
        if (names.Length > 0)
        {
            reasons.AddRange(method.Capacity switch
            {
                Capacity.Uniform => [],
                Capacity.Ranks { ByClient: null } => [],
                Capacity.Ranks => [$"{names}: method.capacity gives clients ranks by id too; keep one"],
                _ => [$"{names}: {method.Id} does not give clients ranks of their own; choose method: rbla, hetlora or flexlora, or leave the ranks out"],
            });
        }

        if (profiles.FirstOrDefault(profile => profile.Rank > method.Adaptation.LargestRank) is { } larger && method.Adaptation.LargestRank > 0)
        {
            reasons.Add($"devices.profiles.{larger.Name}.rank is {larger.Rank}, the adaptation's {method.Adaptation.LargestRank}; lower it or raise the adaptation's");
        }

        if (profiles.FirstOrDefault(profile => profile.Layers is not null) is { } shallow && method.Capacity is not (Capacity.Uniform or Capacity.Ranks or Capacity.Blocks))
        {
            reasons.Add($"devices.profiles.{shallow.Name}.layers: {method.Id} divides blocks by a rule of its own; leave the layers out");
        }

        if (profiles.FirstOrDefault(profile => profile.Layers is not null) is { } below && WithoutDepths(method) is { } why)
        {
            reasons.Add($"devices.profiles.{below.Name}.layers: {method.Id} has no place for clients with fewer layers, because {why}; leave the layers out, or choose method: rbla, hetlora or flexlora");
        }

        if (profiles.FirstOrDefault(profile => profile.Width is not null) is { } narrow && method.Capacity is not Capacity.Elastic { ByClient: null })
        {
            reasons.Add(method.Capacity is Capacity.Elastic
                ? $"devices.profiles.{narrow.Name}.width: method.capacity gives clients shares by id too; keep one"
                : $"devices.profiles.{narrow.Name}.width: {method.Id} does not give clients narrower models; choose method: raffm, or leave the width out");
        }

        foreach (var profile in profiles.Where(profile => profile.Adaptation is not null))
        {
            reasons.AddRange(profile.Adaptation!.Problems().Select(problem => $"devices.profiles.{profile.Name}.adaptation: {problem}"));
            if (profile.Adaptation.GetType() != method.Adaptation.GetType())
            {
                reasons.Add($"devices.profiles.{profile.Name}.adaptation: {method.Id} trains {AdaptationFit.KindOf(method.Adaptation)}, not {AdaptationFit.KindOf(profile.Adaptation)}; give settings of that kind");
            }
        }

        if (names.Length > 0 || profiles.Any(profile => profile.Layers is not null || profile.Width is not null))
        {
            reasons.AddRange(MethodRules.RoundsOf(method.Schedule).Any(round => method.At(round).Capacity != method.Capacity)
                ? ["devices.profiles: the method's schedule changes capacities from round to round; leave ranks, layers and widths out"] : Array.Empty<string>());
        }

        return reasons.Count > 0 ? reasons : [.. MethodRules.Refusals(Equipped(method, profiles.ToDictionary(profile => profile.Name, StringComparer.Ordinal)))
            .Except(MethodRules.Refusals(method)).Select(reason => $"devices.profiles: {reason}; or choose a method whose clients may differ: rbla, hetlora, flexlora, fedra")];
    }

    // Why clients of a method can have no fewer layers than others; null when they can.
    private static string? WithoutDepths(Method method) => (method.Initialisation, method.Codec.Up) switch
    {
        (Initialisation.Fresh, _) => "all begin every round with the same new tensors and receive none",
        (_, Encoding.SeedScalars) => "its clients send seeds and scalars instead of tensors",
        _ => null,
    };

    private static SortedDictionary<string, T>? Limits<T>(IReadOnlyDictionary<string, DeviceProfile> devices, Func<DeviceProfile, T?> limit)
        where T : struct
    {
        var found = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var (client, profile) in devices)
        {
            if (limit(profile) is { } value)
            {
                found[client] = value;
            }
        }

        return found.Count == 0 ? null : found;
    }
}
