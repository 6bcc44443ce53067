using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;

namespace Tributary.Federation.Rounds;

/// <summary>What a client is asked to do. The body it downloads travels beside it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Version">The server version to start from.</param>
/// <param name="Rounds">Rounds of the whole run: how far learning-rate schedules reach.</param>
/// <param name="Exchange">The exchange of the round.</param>
/// <param name="Client">For whom.</param>
/// <param name="Protocol">Version of this contract, see <see cref="CurrentProtocol"/>.</param>
/// <param name="Seed">The run's seed: data order and dropout depend on (seed, client, version) alone.</param>
/// <param name="BaseWeights">Hash of the base weights the run is about; empty means any.</param>
/// <param name="Tokenizer">Hash of the tokenizer; empty means any.</param>
/// <param name="Method">The parts that hold in this round, overrides resolved.</param>
/// <param name="RoundsAtOnce">Rounds whose work is done in one go, by one optimizer and without a server between; more than one when training alone or on pooled rows.</param>
public sealed record WorkOrder(
    string Run, int Version, int Rounds, string Exchange, string Client, int Protocol, long Seed, string BaseWeights, string Tokenizer, Method Method, int RoundsAtOnce = 1)
{
    /// <summary>What the client holds and trains.</summary>
    public Holding Holding { get; init; } = Holding.Everything;

    /// <summary>The protocol this build speaks.</summary>
    public const int CurrentProtocol = 1;

    /// <summary>Which piece of work.</summary>
    [JsonIgnore]
    public OrderKey Key => new(Run, Version, Exchange, Client);

    /// <summary>The order as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PartsJson.Default.WorkOrder);

    /// <summary>Reads an order.</summary>
    /// <exception cref="JsonException">It is malformed or asks for a part this build lacks.</exception>
    public static WorkOrder FromJson(string json) => JsonSerializer.Deserialize(json, PartsJson.Default.WorkOrder) ?? throw new JsonException("the work order is empty");
}

/// <summary>A work order with the body that goes with it.</summary>
/// <param name="Order">What to do.</param>
/// <param name="Path">File with the body; read-only and shared by clients who receive the same.</param>
/// <param name="Length">Its length.</param>
/// <param name="At">When it was first handed out, in seconds of the pool's clock.</param>
public sealed record Dispatched(WorkOrder Order, string Path, MessageLength Length, double At = 0);

/// <summary>What a client answers: a body in a file that the server may take over.</summary>
/// <param name="Key">Which piece of work it answers; the version is the one it started from.</param>
/// <param name="Path">File with the body.</param>
/// <param name="At">When it arrived, in seconds of the pool's clock.</param>
public sealed record ClientMessage(OrderKey Key, string Path, double At = 0)
{
    /// <summary>SHA-256 of the file in lower-case hex, where somebody has computed it already; null where nobody has.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What its work left with the server's part of the model; null where the client has all of it.</summary>
    public ServerVisit? Visit { get; init; }
}
