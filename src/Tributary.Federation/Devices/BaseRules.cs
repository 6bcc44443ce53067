using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Sharings;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Devices;

/// <summary>What clients of one run may have in common where their bases differ: what travels must have one shape everywhere, and what stays with a client is its own affair.</summary>
public static class BaseRules
{
    /// <summary>Whether two bases have the same trainable tensors in the same shapes, so that what holds of one holds of the other.</summary>
    public static bool AreAlike(TensorLayout one, TensorLayout other) =>
        one.Tensors.Count == other.Tensors.Count && one.Tensors.Zip(other.Tensors).All(pair => pair.First.Key == pair.Second.Key && pair.First.Shape.SequenceEqual(pair.Second.Shape));

    /// <summary>The tensors that the server knows: all where all bases are alike, what travels where they are not.</summary>
    public static TensorLayout Common(Method method, TensorLayout own, IEnumerable<TensorLayout> others) =>
        others.All(other => AreAlike(own, other)) ? own : new TensorLayout(own.Tensors.Where(tensor => SharingRules.Travels(method, tensor.Key)));

    /// <summary>One line for each reason why clients with such bases cannot take part in one run; empty when they can.</summary>
    /// <param name="method">The method.</param>
    /// <param name="own">The trainable tensors of the experiment's own base.</param>
    /// <param name="others">Those of other machines' bases, by the profile's name.</param>
    public static IReadOnlyList<string> Refusals(Method method, TensorLayout own, IReadOnlyList<(string Profile, TensorLayout Layout)> others)
    {
        var different = others.Where(other => !AreAlike(own, other.Layout)).ToArray();
        string[] unequal = [.. different.Select(other => Unequal(method, own, other.Profile, other.Layout)).OfType<string>()];
        if (different.Length == 0 || unequal.Length > 0)
        {
            return unequal;
        }

        var who = $"devices.profiles.{different[0].Profile}: its clients' adapters differ from the experiment's in shape, so that";
        return
        [
            .. method.Capacity is Capacity.Uniform { Depths: null } ? Array.Empty<string>() : [$"{who} {method.Id} cannot divide them among clients; leave layers out and set method.capacity: uniform"],
            .. method.LocalProgram.Cut is null ? Array.Empty<string>() : [$"{who} one server cannot have the blocks above every client's cut; choose a method that cuts no model"],
            .. method.Serving is Serving.Global or Serving.Neighbours ? [$"{who} there is no global model; set method.serving: global_and_private"] : Array.Empty<string>(),
        ];
    }

    // The first tensor that travels and is not the same everywhere.
    private static string? Unequal(Method method, TensorLayout own, string profile, TensorLayout other)
    {
        var shapes = other.Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Shape);
        foreach (var (key, shape) in own.Tensors.Where(tensor => SharingRules.Travels(method, tensor.Key)))
        {
            if (!shapes.TryGetValue(key, out var there) || !shape.SequenceEqual(there))
            {
                return Line(method, key, profile, there is null ? $"is there with the experiment's base alone and not with that of profile '{profile}'"
                    : $"has shape [{string.Join(", ", shape)}] with the experiment's base and [{string.Join(", ", there)}] with that of profile '{profile}'");
            }
        }

        var known = own.Tensors.Select(tensor => tensor.Key).ToHashSet();
        var more = other.Tensors.Select(tensor => tensor.Key).Where(key => !known.Contains(key) && SharingRules.Travels(method, key)).Take(1).ToArray();
        return more.Length == 0 ? null : Line(method, more[0], profile, $"is there with the base of profile '{profile}' alone and not with the experiment's");
    }

    private static string Line(Method method, TensorKey key, string profile, string what) =>
        $"devices.profiles.{profile}: {key.WireName} {what}, and {method.Id} joins it; give these clients a base and adapters of the same shape, or choose a method of which nothing of the model travels, such as fedhpl";
}
