using Tributary.Federation.Methods;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Sharings;

/// <summary>What each <see cref="Sharing"/> says of a tensor, in one place.</summary>
public static class SharingRules
{
    /// <summary>Where a tensor lives.</summary>
    public static Visibility Of(Sharing sharing, TensorKey key) => sharing switch
    {
        Sharing.AllShared => Visibility.Shared,
        Sharing.AllPrivate => Visibility.Private,
        Sharing.ByRole byRole => byRole.Roles.GetValueOrDefault(key.Role, byRole.Others),
        Sharing.ByName byName => byName.Ends.Keys.Order(StringComparer.Ordinal).FirstOrDefault(end => key.Name.EndsWith(end, StringComparison.Ordinal)) is { } found ? byName.Ends[found] : byName.Others,
        Sharing.ByAdapter byAdapter => byAdapter.Adapters.GetValueOrDefault(key.Adapter, byAdapter.Others),
        _ => throw new ArgumentException($"unknown sharing {sharing}"),
    };

    /// <summary>Whether clients get the tensor from the server.</summary>
    public static bool IsReceived(Sharing sharing, TensorKey key) => Of(sharing, key) is Visibility.Shared or Visibility.Fixed or Visibility.Handed;

    /// <summary>Whether clients have the tensor in their state between rounds.</summary>
    public static bool IsKept(Sharing sharing, TensorKey key) => Of(sharing, key) is Visibility.Private or Visibility.Handed or Visibility.Kept;

    /// <summary>Whether clients may train the tensor.</summary>
    public static bool IsTrained(Sharing sharing, TensorKey key) => Of(sharing, key) is Visibility.Shared or Visibility.Private;

    /// <summary>Whether a client answers with the tensor: it is shared, and some phase trains it.</summary>
    public static bool IsSent(Method method, TensorKey key) => Of(method.Sharing, key) == Visibility.Shared && method.LocalProgram.Phases.Any(phase => phase.Trains(key));

    /// <summary>Whether the tensor goes one way or the other between server and clients in some round.</summary>
    public static bool Travels(Method method, TensorKey key) => MethodRules.RoundsOf(method.Schedule).Select(method.At).Any(parts => IsReceived(parts.Sharing, key) || IsSent(parts, key));

    /// <summary>The tensors of a set that live where asked.</summary>
    public static ParameterSet Select(this ParameterSet set, Sharing sharing, Visibility visibility) => set.Where(key => Of(sharing, key) == visibility);
}
