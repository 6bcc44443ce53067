namespace Tributary.Learning.Models;

/// <summary>One client's rows among those of several: they begin where the rows of the client before end.</summary>
/// <param name="Client">Which client.</param>
/// <param name="DropoutKey">Addresses its dropout masks.</param>
/// <param name="RowEnd">The row after its last.</param>
internal readonly record struct ClientRows(int Client, ulong DropoutKey, int RowEnd);

/// <summary>Batches of several clients, one after another.</summary>
public sealed partial class TokenRows
{
    private readonly List<ClientRows> clients = [];

    /// <summary>Whose the rows are; empty when they are all one client's.</summary>
    internal IReadOnlyList<ClientRows> Clients => clients;

    /// <summary>Appends a client's batch.</summary>
    internal void AddClient(int client, ulong dropoutKey, TokenRows batch)
    {
        batch.AddTo(this, 0, batch.SegmentCount);
        Recurs &= batch.Recurs;
        clients.Add(new ClientRows(client, dropoutKey, Count));
    }
}
