using System.Globalization;
using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Numerics;

namespace Tributary.Federation.State;

/// <summary>
/// What one owner's clients keep between rounds (private tensors, control variates…), one folder per client. A new state is written as pending before its update is
/// sent, and takes the old one's place when the server has acknowledged the update: a crash at any point loses neither or both.
/// </summary>
public sealed class ClientStateStore(string root, MessageSchema schema)
{
    private const string Current = "state.safetensors";
    private const string VersionNumber = "pending_version";
    private const string ExchangeText = "pending_exchange";
    private const string RunText = "pending_run";
    private const string ClientText = "pending_client";

    /// <summary>The promoted state of a client; empty when it has none.</summary>
    public MessageBody Load(string client)
    {
        var path = Path.Combine(Folder(client), Current);
        return File.Exists(path) ? SealedFile.Read(path, schema) : MessageBody.Empty;
    }

    /// <summary>A file name for the client's answer, on the same disk as its state.</summary>
    public string OutboxPath(OrderKey key) =>
        Path.Combine(Folder(key.Client), string.Create(CultureInfo.InvariantCulture, $"outbox-{key.Version}-{SafeName.Of(key.Exchange)}.safetensors"));

    /// <summary>The file in which a client keeps the model of a round for a later exchange.</summary>
    public string KeptPath(string client, int version) => Path.Combine(Folder(client), string.Create(CultureInfo.InvariantCulture, $"received-{version}.safetensors"));

    /// <summary>Keeps the model that a client has received for the round's later exchanges, in the place of older ones.</summary>
    /// <param name="client">The client.</param>
    /// <param name="version">The version that the round starts from.</param>
    /// <param name="path">The file as received.</param>
    public void Keep(string client, int version, string path)
    {
        var kept = KeptPath(client, version);
        DropKept(client, but: kept);
        using var source = File.OpenRead(path);
        AtomicFile.Write(kept, source.CopyTo);
    }

    /// <summary>Writes the state that will hold once the answer to <paramref name="key"/> is acknowledged. An empty state is not written.</summary>
    public void Prepare(OrderKey key, MessageBody state)
    {
        if (!state.IsEmpty)
        {
            var marked = state.WithNumber(VersionNumber, key.Version).WithText(ExchangeText, key.Exchange).WithText(RunText, key.Run).WithText(ClientText, key.Client);
            SealedFile.Write(PendingPath(key.Client), marked);
        }
    }

    /// <summary>Makes the pending state of that piece of work the client's state, or drops it.</summary>
    public void Settle(OrderKey key, bool accepted)
    {
        var pending = PendingPath(key.Client);
        if (File.Exists(pending) && KeyOf(pending) == key)
        {
            Settle(pending, accepted);
        }

        if (Directory.Exists(Folder(key.Client)))
        {
            File.Delete(OutboxPath(key));
            if (key.Exchange == Exchange.Train.Name)
            {
                DropKept(key.Client);
            }
        }
    }

    /// <summary>After a crash: settles every pending state by what the journal says.</summary>
    public void Recover(Func<OrderKey, bool> isAcknowledged)
    {
        if (!Directory.Exists(root))
        {
            return;
        }

        foreach (var pending in Directory.EnumerateDirectories(root).Select(folder => Path.Combine(folder, "pending.safetensors")).Where(File.Exists).ToArray())
        {
            Settle(pending, isAcknowledged(KeyOf(pending)));
        }

        // Answers that were not taken over are made anew.
        foreach (var answer in Directory.EnumerateDirectories(root).SelectMany(folder => Directory.GetFiles(folder, "outbox-*")))
        {
            File.Delete(answer);
        }
    }

    private void DropKept(string client, string? but = null)
    {
        foreach (var path in Directory.Exists(Folder(client)) ? Directory.GetFiles(Folder(client), "received-*").Where(path => path != but) : [])
        {
            File.Delete(path);
        }
    }

    private static void Settle(string pending, bool accepted)
    {
        if (accepted)
        {
            File.Move(pending, Path.Combine(Path.GetDirectoryName(pending)!, Current), overwrite: true);
        }
        else
        {
            File.Delete(pending);
        }
    }

    private OrderKey KeyOf(string pending)
    {
        var state = SealedFile.Read(pending, schema);
        return new OrderKey(state.Texts[RunText], (int)state.Numbers[VersionNumber], state.Texts[ExchangeText], state.Texts[ClientText]);
    }

    private string Folder(string client) => Path.Combine(root, SafeName.Of(client));

    private string PendingPath(string client) => Path.Combine(Folder(client), "pending.safetensors");
}
