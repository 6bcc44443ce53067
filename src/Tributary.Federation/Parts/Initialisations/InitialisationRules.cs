using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Initialisations;

/// <summary>What each <see cref="Initialisation"/> lets training begin from, in one place.</summary>
public static class InitialisationRules
{
    /// <summary>Whether clients make a tensor's values themselves in every round, so that they need not receive it.</summary>
    public static bool IsMade(Initialisation initialisation, TensorKey key) => initialisation is Initialisation.Fresh && key.Role is "lora_A" or "lora_B";

    /// <summary>The method for a server that has data of its own, or has none: with data an emulator that is to be aligned has weights of its own.</summary>
    public static Method For(Method method, bool hasPublicData) => method is { Initialisation: Initialisation.AlignedEmulator, Adaptation: EmulatorConfig emulator }
        ? method with { Adaptation = emulator with { Own = hasPublicData } }
        : method;

    /// <summary>Whether the server trains on data of its own before the first round, of a method that <see cref="For"/> gave.</summary>
    public static bool IsPrepared(Method method) => method is { Initialisation: Initialisation.AlignedEmulator, Adaptation: EmulatorConfig { Own: true } };

    /// <summary>One line for what data of the server's own, or their absence, mean for a method that <see cref="For"/> gave.</summary>
    public static IEnumerable<string> Warnings(Method method, bool hasPublicData)
    {
        if (method.Initialisation is Initialisation.AlignedEmulator && !IsPrepared(method))
        {
            yield return method.Adaptation is EmulatorConfig ? "the emulator is not aligned: the server has no data of its own; name some in data.public" : "nothing is aligned: adaptation has no emulator";
        }

        if (hasPublicData && !IsPrepared(method))
        {
            yield return "data.public is not used: no part of this method has the server train on data of its own";
        }
    }

    /// <summary>The model that the server begins with: what all parties derive, and what it trained on data of its own before the first round.</summary>
    /// <param name="method">The method, as <see cref="For"/> gave it.</param>
    /// <param name="model">The base.</param>
    /// <param name="adapters">What the run trains.</param>
    /// <param name="initial">What all parties derive.</param>
    /// <param name="data">The server's rows; null when it has none.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="Numerics.InputException">The model cannot be trained so.</exception>
    /// <exception cref="Numerics.RunException">A loss or value is not finite.</exception>
    public static ParameterSet Prepare(
        Method method, LanguageModel model, IReadOnlyList<IAdapter> adapters, ParameterSet initial, TokenizedDataset? data, long seed, CancellationToken cancellation = default) =>
        IsPrepared(method) && data is not null
            ? EmulatorAlignment.Align((Initialisation.AlignedEmulator)method.Initialisation, model, adapters, initial, data, seed, cancellation)
            : initial;

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
            Initialisation.Standard or Initialisation.SvdOfBase or Initialisation.AlignedEmulator => values.ReplacedBy(kept.Section(LocalProgramRunner.PrivateSection)),
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
