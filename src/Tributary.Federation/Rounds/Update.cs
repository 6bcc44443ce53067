using System.Text.Json.Serialization;
using Tributary.Federation.Messages;

namespace Tributary.Federation.Rounds;

/// <summary>An update in the spool.</summary>
/// <param name="Version">The server version it started from.</param>
/// <param name="Exchange">The exchange it answers.</param>
/// <param name="Client">Who sent it.</param>
/// <param name="Numbers">The numbers it carries: "examples", "train_loss", "steps"…</param>
/// <param name="Up">How long it is.</param>
public sealed record Update(int Version, string Exchange, string Client, IReadOnlyDictionary<string, double> Numbers, MessageLength Up)
{
    /// <summary>When it arrived, in seconds of the pool's clock.</summary>
    public double At { get; init; }

    /// <summary>What its sender asked the server in its steps; null is nothing.</summary>
    public Asked? Asked { get; init; }

    /// <summary>Name of the number of training examples.</summary>
    public const string ExamplesNumber = "examples";

    /// <summary>Name of the mean training loss.</summary>
    public const string TrainLossNumber = "train_loss";

    /// <summary>Name of the number of optimizer steps.</summary>
    public const string StepsNumber = "steps";

    /// <summary>Name of the rank that the sender has from now on.</summary>
    public const string RankNumber = "rank";

    /// <summary>Training examples of the sender.</summary>
    [JsonIgnore]
    public double Examples => Numbers.GetValueOrDefault(ExamplesNumber);

    /// <summary>Mean training loss of the sender.</summary>
    [JsonIgnore]
    public double TrainLoss => Numbers.GetValueOrDefault(TrainLossNumber, double.NaN);
}
