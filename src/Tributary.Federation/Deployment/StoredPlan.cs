using Tributary.Federation.Methods;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Deployment;

/// <summary>A run's plan as it is stored; the names are those of <see cref="Rounds.RunPlan"/>.</summary>
/// <param name="Run">Its id.</param>
/// <param name="ConfigHash">Hash of its configuration.</param>
/// <param name="Method">Its method.</param>
/// <param name="Rounds">Number of rounds.</param>
/// <param name="RoundsAtOnce">Rounds whose work a client does in one.</param>
/// <param name="Clients">Its clients.</param>
/// <param name="Tensors">What it trains.</param>
/// <param name="Units">Hidden units that some of these tensors count.</param>
/// <param name="Seed">From which everything random follows.</param>
/// <param name="BaseWeights">Hash of the base weights.</param>
/// <param name="Tokenizer">Hash of the tokenizer.</param>
public sealed record StoredPlan(
    string Run, string ConfigHash, Method Method, int Rounds, int RoundsAtOnce, IReadOnlyList<string> Clients, IReadOnlyList<StoredTensor> Tensors, IReadOnlyList<UnitSpace> Units, long Seed,
    string BaseWeights, string Tokenizer);

/// <summary>A tensor of a stored plan.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Shape">Its shape.</param>
public sealed record StoredTensor(TensorKey Key, int[] Shape);
