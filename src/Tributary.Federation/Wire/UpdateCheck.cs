using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Numerics;

namespace Tributary.Federation.Wire;

/// <summary>Whether a file from outside is an answer to an order: before the round loop, which trusts what it is given, sees it.</summary>
public static class UpdateCheck
{
    /// <summary>Holds a file to what the order asks for.</summary>
    /// <param name="layout">What the run trains.</param>
    /// <param name="order">The order.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It is damaged; a tensor is missing, unknown, of another shape or type, or not finite; or a number that every update has is missing.</exception>
    public static void Require(TensorLayout layout, WorkOrder order, string path)
    {
        using var file = MessageFile.Open(path, MessageSchemas.Up(layout, order));
        foreach (var (name, value) in file.Numbers)
        {
            // A mean loss may be undefined, and says so; nothing is joined by it.
            if (!double.IsFinite(value) && name != Update.TrainLossNumber)
            {
                throw new InputException($"number '{name}' is {value}");
            }
        }

        if (order.Exchange == Exchange.Train.Name && !(file.Numbers.TryGetValue(Update.ExamplesNumber, out var examples) && examples > 0))
        {
            throw new InputException($"the update does not say from how many examples it is; '{Update.ExamplesNumber}' is missing or not above 0");
        }

        file.RequireFinite();
    }
}
