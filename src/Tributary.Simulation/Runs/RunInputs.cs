using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tributary.Learning.Data.Tokenized;

namespace Tributary.Simulation.Runs;

/// <summary>What a run is computed from beside its configuration, as hashes: it goes on only from the same.</summary>
/// <param name="Data">SHA-256 over every owner's name and tokenized rows, and the server's own: files, format, tokenizer, template and partition are all in it, and nothing that changes no row.</param>
/// <param name="Model">SHA-256 over the model's configuration and weights.</param>
public sealed record RunInputs(string Data, string Model)
{
    /// <summary>Hashes what the owners train on and are measured on, and the rows that the server has for itself, if any.</summary>
    public static string HashOf(IEnumerable<OwnerData> owners, TokenizedDataset? server = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var owner in owners)
        {
            Append(hash, Encoding.UTF8.GetBytes(owner.Id));
            foreach (var rows in (TokenizedDataset?[])[owner.Train, owner.Validation, owner.Test])
            {
                Append(hash, rows);
            }
        }

        if (server is not null)
        {
            Append(hash, server);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, TokenizedDataset? rows)
    {
        Append(hash, [rows?.Count ?? -1]);
        foreach (var example in rows?.Examples ?? [])
        {
            Append(hash, example.Ids);
            Append(hash, example.Labels);
            Append(hash, [example.Class]);
            Append(hash, example.Types);
            Append(hash, MemoryMarshal.AsBytes(example.Targets.AsSpan()));
            Append(hash, example.Answered ?? []);
        }
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<int> numbers) => Append(hash, MemoryMarshal.AsBytes(numbers));

    // With its length, so that no two lists of parts run together alike.
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        hash.AppendData(BitConverter.GetBytes(part.Length));
        hash.AppendData(part);
    }
}
