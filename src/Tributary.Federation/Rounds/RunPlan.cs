using Tributary.Federation.Devices;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Paces;

namespace Tributary.Federation.Rounds;

/// <summary>What a run is: fixed before its first round.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="ConfigHash">Hash of its configuration; a stored run is continued only with the same.</param>
/// <param name="Method">The method.</param>
/// <param name="Rounds">Number of rounds.</param>
/// <param name="Clients">Ids of all clients.</param>
/// <param name="Layout">The tensors that are trained.</param>
/// <param name="Seed">From which everything random follows.</param>
public sealed record RunPlan(string Run, string ConfigHash, Method Method, int Rounds, IReadOnlyList<string> Clients, TensorLayout Layout, long Seed)
{
    /// <summary>Ids of all clients, in ordinal order whatever order they were given in.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [.. Clients.Order(StringComparer.Ordinal)];

    /// <summary>Rounds whose work a client does in one: more than one where nothing is joined between them.</summary>
    public int RoundsAtOnce { get; init; } = 1;

    /// <summary>How long clients take where that is simulated.</summary>
    public Durations Durations { get; init; } = new Durations.Constant();

    /// <summary>The clients' machines; null where nothing is said of them.</summary>
    public IReadOnlyDictionary<string, DeviceProfile>? Devices { get; init; }

    /// <summary>When clients answer where that is simulated. Those of a cut model come to the server one after another, so that what travels cannot change their order.</summary>
    public AnswerTimes AnswerTimes => new(Durations, Seed, Method.LocalProgram.Cut is null ? Devices : null);

    /// <summary>Hash of the base weights, which clients compare with theirs; empty means any.</summary>
    public string BaseWeights { get; init; } = "";

    /// <summary>Hash of the tokenizer; empty means any.</summary>
    public string Tokenizer { get; init; } = "";
}
