using Tributary.Learning.Data.Tokenized;

namespace Tributary.Simulation.Runs;

/// <summary>One owner's rows, tokenized: what it trains on and what its models are measured on.</summary>
public sealed record OwnerData(string Id, TokenizedDataset Train, TokenizedDataset? Validation, TokenizedDataset? Test)
{
    /// <summary>One who holds the rows of several owners, in their order.</summary>
    public static OwnerData Union(string id, IReadOnlyList<OwnerData> owners) =>
        new(id, TokenizedDataset.Join([.. owners.Select(owner => owner.Train)]), Join(owners, owner => owner.Validation), Join(owners, owner => owner.Test));

    private static TokenizedDataset? Join(IReadOnlyList<OwnerData> owners, Func<OwnerData, TokenizedDataset?> rows) =>
        owners.Select(rows).OfType<TokenizedDataset>().ToArray() is { Length: > 0 } held ? TokenizedDataset.Join(held) : null;
}
