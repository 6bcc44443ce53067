using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Codecs;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Servings;

/// <summary>What each <see cref="Serving"/> gives a client in the end, in one place.</summary>
public static class ServingRules
{
    /// <summary>Whether all clients use the same model, so that it need be measured only once.</summary>
    public static bool IsCommon(Serving serving) => serving is Serving.Global;

    /// <summary>The tensors a client uses, given the global model and its promoted state.</summary>
    public static ParameterSet For(Serving serving, ParameterSet global, MessageBody state) => serving switch
    {
        Serving.Global { Density: < 1 } sparse => LargestEntries.Alone(global, sparse.Density),
        Serving.Global => global,
        Serving.GlobalAndPrivate => global.ReplacedBy(state.Section(LocalProgramRunner.PrivateSection)),
        _ => throw new ArgumentException($"unknown serving {serving}"),
    };
}
