using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Initialisations;

/// <summary>What each <see cref="Initialisation"/> lets training begin from, in one place.</summary>
public static class InitialisationRules
{
    /// <summary>Whether clients make a tensor's values themselves in every round, so that they need not receive it.</summary>
    public static bool IsMade(Initialisation initialisation, TensorKey key) => initialisation is Initialisation.Fresh && key.Role is "lora_A" or "lora_B";

    /// <summary>The values before the first round, and the updates of base weights that belong to them: what all parties derive from weights and seed.</summary>
    public static ParameterSet Begin(Initialisation initialisation, LanguageModel model, IReadOnlyList<IAdapter> adapters, long seed)
    {
        var own = new ParameterSet(adapters.SelectMany(adapter => adapter.Initial(model, (ulong)seed)));
        return initialisation is Initialisation.SvdOfBase ? BaseSplit.Of(adapters, own) : own;
    }

    /// <summary>The values that a client's training begins from.</summary>
    /// <param name="order">What it is asked to do.</param>
    /// <param name="received">The download.</param>
    /// <param name="kept">The client's state.</param>
    /// <param name="initial">The values before the first round.</param>
    /// <param name="draw">The adaptation's own initialisation for a seed.</param>
    internal static ParameterSet StartOf(WorkOrder order, MessageBody received, MessageBody kept, ParameterSet initial, Func<ulong, ParameterSet> draw)
    {
        var values = initial.ReplacedBy(Whole(received, initial));
        return order.Method.Initialisation switch
        {
            Initialisation.Standard or Initialisation.SvdOfBase => values.ReplacedBy(kept.Section(LocalProgramRunner.PrivateSection)),
            Initialisation.Keep => values.ReplacedBy(kept.Section(LocalProgramRunner.KeptSection)),
            Initialisation.Fresh => values.ReplacedBy(Made(order, initial, draw)).ReplacedBy(kept.Section(LocalProgramRunner.PrivateSection)),
            var other => throw new ArgumentException($"unknown initialisation {other}"),
        };
    }

    // What is agreed not to travel is where it was at the beginning.
    private static ParameterSet Whole(MessageBody received, ParameterSet initial) => new(received.Section(MessageBody.Parameters).Select(tensor =>
        received.Parts.GetValueOrDefault(tensor.Key) is { Kind: PartKind.Agreed } part ? tensor with { Values = part.Over(tensor.Values, initial[tensor.Key].Values) } : tensor));

    private static ParameterSet Made(WorkOrder order, ParameterSet initial, Func<ulong, ParameterSet> draw) =>
        (order.Version == 0 ? initial : draw(PhiloxStream.Root(order.Seed).Child("fresh").Child(order.Version).Key)).Where(key => IsMade(order.Method.Initialisation, key));
}
