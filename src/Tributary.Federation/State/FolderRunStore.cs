using System.Globalization;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Rounds;
using Tributary.Numerics;

namespace Tributary.Federation.State;

/// <summary>
/// A run store in one folder: journal.jsonl (or a journal elsewhere), versions/NNNNNN.safetensors (the last two), spool/NNNNNN/EXCHANGE/. The journal alone says what happened; files it does not
/// mention are leftovers of an interrupted step and are written anew.
/// </summary>
public sealed class FolderRunStore : IRunStore
{
    private const string JournalName = "journal.jsonl";
    private const string Versions = "versions";
    private readonly string root;
    private readonly MessageSchema schema;
    private readonly IJournal journal;
    private readonly Dictionary<OrderKey, Update> received = [];
    private readonly Dictionary<OrderKey, string> spooled = [];
    private readonly List<RoundReport> reports = [];
    private readonly List<Update> arrived = [];
    private readonly List<Flight> sent = [];
    private readonly Dictionary<OrderKey, Flight> flying = [];
    private int mostStale;
    private JournalEntry.Opened? opened;

    /// <summary>Opens or creates the folder of a run whose states and updates have this schema. <paramref name="durable"/> waits for the disk at every journal entry.</summary>
    /// <exception cref="InputException">The journal is damaged.</exception>
    public FolderRunStore(string root, MessageSchema schema, bool durable = false)
        : this(root, schema, new JournalFile(Path.Combine(root, JournalName), durable))
    {
    }

    /// <summary>The same with a journal that is kept elsewhere and given back with the store.</summary>
    /// <exception cref="InputException">The journal is damaged.</exception>
    public FolderRunStore(string root, MessageSchema schema, IJournal journal)
    {
        this.root = root;
        this.schema = schema;
        this.journal = journal;
        if (journal.Entries is [not JournalEntry.Opened, ..])
        {
            journal.Dispose();
            throw new InputException($"{root}: the journal has lost its beginning; restore it from a copy or start the run anew");
        }

        foreach (var entry in journal.Entries)
        {
            Replay(entry);
        }
    }

    /// <summary>What is wrong with the folder of a run that has ended; null when it is whole.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="plan">The run.</param>
    /// <param name="schema">The schema of its states and updates.</param>
    public static string? Damage(string root, RunPlan plan, MessageSchema schema)
    {
        string[] files = [Path.Combine(root, JournalName), Path.Combine(root, Versions, $"{Number(plan.Rounds)}.safetensors")];
        try
        {
            // A pipe or a device in the place of a file has no length and perhaps no end.
            if (files.FirstOrDefault(file => FileLength.Of(file) == 0) is { } empty)
            {
                return $"{empty} is empty or no file";
            }

            using var store = new FolderRunStore(root, schema);
            if (store.opened?.ConfigHash != plan.ConfigHash || store.reports.Count != plan.Rounds)
            {
                return $"{files[0]} does not tell of all {plan.Rounds} rounds of this run";
            }

            store.Load(plan.Rounds);
            return null;
        }
        catch (Exception error) when (error is InputException or RunException or IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <inheritdoc/>
    public ServerState Latest => new(reports.Count, Load(reports.Count));

    /// <inheritdoc/>
    public IReadOnlyList<RoundReport> Reports => reports;

    /// <inheritdoc/>
    public ServerState Open(RunPlan plan, ServerState initial)
    {
        if (opened is null)
        {
            RequireNew();
            Save(initial);
            opened = new JournalEntry.Opened(plan.Run, plan.ConfigHash);
            journal.Append(opened);
        }

        if (opened.ConfigHash != plan.ConfigHash || opened.Run != plan.Run)
        {
            throw new InputException($"{root} holds another run (configuration {Short(opened.ConfigHash)}, asked for {Short(plan.ConfigHash)}); choose another output folder");
        }

        var version = reports.Count;
        mostStale = PaceRules.MostStale(plan.Method.Pace);
        Clean(version);
        RequireSpool();
        return version == 0 ? initial with { Body = Load(0) } : new ServerState(version, Load(version));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Update> Updates(string exchange) => [.. arrived.Where(update => update.Exchange == exchange)];

    /// <inheritdoc/>
    public IReadOnlyList<Flight> Sent(string exchange) => [.. sent.Where(flight => flight.Exchange == exchange)];

    /// <inheritdoc/>
    public IEnumerable<Flight> InFlight => flying.Values;

    /// <inheritdoc/>
    public bool IsInFlight(OrderKey key) => flying.ContainsKey(key);

    /// <inheritdoc/>
    public double Now { get; private set; }

    /// <inheritdoc/>
    public void Send(Flight flight)
    {
        var entry = new JournalEntry.Sent(flight);
        journal.Append(entry);
        Replay(entry);
    }

    /// <inheritdoc/>
    public string PathOf(Flight flight) => OutgoingPath(flight.Version, flight.Exchange, flight.Body);

    /// <inheritdoc/>
    public bool IsAcknowledged(OrderKey key) => received.ContainsKey(key);

    /// <inheritdoc/>
    public Update Receive(ClientMessage message, MessageSchema allowed)
    {
        if (received.TryGetValue(message.Key, out var known))
        {
            return known;
        }

        var key = message.Key;
        IReadOnlyDictionary<string, double> numbers;
        MessageLength length;
        using (var file = MessageFile.Open(message.Path, allowed))
        {
            (numbers, length) = (file.Numbers, file.Length);
        }

        if (message.Visit is { } visit)
        {
            MessageFile.Write(SpoolPath(key), MessageFile.Read(message.Path, allowed).With(visit.Left));
        }
        else
        {
            Move(message.Path, SpoolPath(key));
        }

        var update = new Update(key.Version, key.Exchange, key.Client, numbers, length) { At = message.At, Asked = message.Visit?.Asked };
        var entry = new JournalEntry.Received(update, message is { Sha256: { } sha256, Visit: null } ? sha256 : FileHash.Of(SpoolPath(key)));
        journal.Append(entry);
        Replay(entry);
        return update;
    }

    /// <inheritdoc/>
    public SpoolReader Read(IReadOnlyList<Update> updates) =>
        new([.. updates.Select(update => SpoolPath(new OrderKey(Run, update.Version, update.Exchange, update.Client)))], schema);

    /// <inheritdoc/>
    public MessageLength Outgoing(int version, string exchange, string name, MessageBody body, string dtype) =>
        MessageFile.Write(OutgoingPath(version, exchange, name), body, dtype);

    /// <inheritdoc/>
    public void Commit(ServerState next, RoundReport report)
    {
        Save(next);
        var entry = new JournalEntry.Committed(report);
        journal.Append(entry);
        Replay(entry);
        Clean(next.Version);
    }

    /// <inheritdoc/>
    public void Dispose() => journal.Dispose();

    private static string Number(int version) => version.ToString("D6", CultureInfo.InvariantCulture);

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static void Move(string source, string target)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(source, target, overwrite: true);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"cannot spool {target}: {error.Message}", error);
        }
    }

    private string Run => opened?.Run ?? throw new InvalidOperationException("the run store was not opened");

    private string SpoolPath(OrderKey key) => Path.Combine(root, "spool", Number(key.Version), SafeName.Of(key.Exchange), SafeName.Of(key.Client) + ".safetensors");

    private string OutgoingPath(int version, string exchange, string name) =>
        Path.Combine(root, "outgoing", Number(version), SafeName.Of(exchange), SafeName.Of(name) + ".safetensors");

    // A state after a round without a word of it in the journal: the journal is another's, or was lost.
    private void RequireNew()
    {
        if (Existing(Path.Combine(root, Versions), Directory.EnumerateFiles).FirstOrDefault(path => NumberOf(path) is > 0 and < int.MaxValue) is { } state)
        {
            throw new InputException($"{root}: the journal is missing or empty, but there is {Path.GetFileName(state)}; restore the journal from a copy, or start the run anew in another folder");
        }
    }

    // What an earlier process took over is still what arrived.
    private void RequireSpool()
    {
        foreach (var update in arrived)
        {
            var key = new OrderKey(Run, update.Version, update.Exchange, update.Client);
            if (!File.Exists(SpoolPath(key)) || FileHash.Of(SpoolPath(key)) != spooled[key])
            {
                throw new InputException($"{SpoolPath(key)}, the answer of {key.Client} to round {key.Version + 1}, is missing or has changed; restore it from a copy, or start the run anew");
            }
        }
    }

    private string VersionPath(int version) => Path.Combine(root, Versions, Number(version) + ".safetensors");

    private void Save(ServerState state) => SealedFile.Write(VersionPath(state.Version), state.Body);

    private MessageBody Load(int version)
    {
        var body = Stored(version);
        return body.Sections.ContainsKey(MessageBody.Parameters) ? body : body.WithSection(MessageBody.Parameters, Learning.Tensors.ParameterSet.Empty);
    }

    private MessageBody Stored(int version)
    {
        try
        {
            return SealedFile.Read(VersionPath(version), schema);
        }
        catch (InputException error)
        {
            throw new InputException(
                $"{VersionPath(version)}, the server's state after round {version}, is missing or damaged; restore it from a copy, or start the run anew in another folder", error);
        }
    }

    private void Replay(JournalEntry entry)
    {
        switch (entry)
        {
            case JournalEntry.Opened first:
                opened = first;
                break;
            case JournalEntry.Received arrival:
                var key = new OrderKey(Run, arrival.Update.Version, arrival.Update.Exchange, arrival.Update.Client);
                received[key] = arrival.Update;
                spooled[key] = arrival.Sha256;
                arrived.Add(arrival.Update);
                flying.Remove(key);
                Now = Math.Max(Now, arrival.Update.At);
                break;
            case JournalEntry.Sent handed:
                sent.Add(handed.Flight);
                flying[handed.Flight.KeyIn(Run)] = handed.Flight;
                break;
            case JournalEntry.Committed committed:
                reports.Add(committed.Report);
                arrived.Clear();
                spooled.Clear();
                sent.Clear();
                break;
        }
    }

    // Frees what no later step reads: work and bodies of versions too old to be answered, spools whose updates are joined, and all states but the last two.
    private void Clean(int version)
    {
        var oldest = version - mostStale;
        foreach (var key in flying.Keys.Where(key => key.Version < oldest).ToArray())
        {
            flying.Remove(key);
        }

        foreach (var key in received.Keys.Where(key => key.Version < oldest - 1).ToArray())
        {
            received.Remove(key);
        }

        var spooled = arrived.Select(update => update.Version).ToHashSet();
        Free("spool", number => number < version && !spooled.Contains(number));
        Free("outgoing", number => number < oldest);

        foreach (var old in Existing(Path.Combine(root, Versions), Directory.EnumerateFiles).Where(path => NumberOf(path) < version - 1))
        {
            File.Delete(old);
        }
    }

    private void Free(string folder, Func<int, bool> isClosed)
    {
        foreach (var closed in Existing(Path.Combine(root, folder), Directory.EnumerateDirectories).Where(path => isClosed(NumberOf(path))))
        {
            Directory.Delete(closed, recursive: true);
        }
    }

    private static string[] Existing(string folder, Func<string, IEnumerable<string>> list) => Directory.Exists(folder) ? [.. list(folder)] : [];

    private static int NumberOf(string path) => int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
}
