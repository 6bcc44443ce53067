using Tributary.Learning.Data.Tokenized;

namespace Tributary.Simulation.Runs;

/// <summary>One owner's rows, tokenized: what it trains on and what its models are measured on.</summary>
public sealed record OwnerData(string Id, TokenizedDataset Train, TokenizedDataset? Validation, TokenizedDataset? Test);
