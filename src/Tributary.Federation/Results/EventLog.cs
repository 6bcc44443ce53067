using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tributary.Numerics;

namespace Tributary.Federation.Results;

/// <summary>
/// <c>events.jsonl</c> of a run: one line per event, flushed as it happens, so that a running job can be followed and an interrupted one leaves a readable file.
/// A half line that a kill left behind is cut off when the log is opened again.
/// </summary>
public sealed class EventLog : IDisposable
{
    /// <summary>Name of the log in a run's folder.</summary>
    public const string Name = "events.jsonl";

    private readonly FileStream stream;
    private readonly TimeProvider time;

    private EventLog(FileStream stream, TimeProvider time) => (this.stream, this.time) = (stream, time);

    /// <summary>Opens the log at <paramref name="path"/> to append to it.</summary>
    /// <exception cref="RunException">It cannot be opened.</exception>
    public static EventLog Open(string path, TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0); // a buffer would be written again on closing
            CutHalfLine(stream);
            return new EventLog(stream, time);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"cannot open {path}: {error.Message}", error);
        }
    }

    /// <summary>The run begins, or goes on after <see cref="RunStarted.Resumed"/> committed rounds.</summary>
    public void Started(RunStarted started) => Append("started", started, EventsJson.Default.RunStarted);

    /// <summary>A round was committed.</summary>
    public void Round(RoundResult round) => Append("round", round, EventsJson.Default.RoundResult);

    /// <summary>Something was not as it should be, but the run goes on.</summary>
    public void Warning(CountedWarning warning) => Append("warning", warning, EventsJson.Default.CountedWarning);

    /// <summary>The run is complete.</summary>
    public void Finished(FinalResult final) => Append("finished", final, EventsJson.Default.FinalResult);

    /// <summary>The run ended early; it can be resumed.</summary>
    public void Stopped(RunStopped stopped) => Append("stopped", stopped, EventsJson.Default.RunStopped);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void Append<T>(string name, T payload, JsonTypeInfo<T> type)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("event", name);
            writer.WriteString("at", time.GetUtcNow().UtcDateTime);
            foreach (var property in JsonSerializer.SerializeToElement(payload, type).EnumerateObject())
            {
                property.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        try
        {
            stream.Write(line.GetBuffer(), 0, (int)line.Length);
            stream.Flush();
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"cannot write {stream.Name}: {error.Message}", error);
        }
    }

    private static void CutHalfLine(FileStream stream)
    {
        var end = stream.Length;
        for (; end > 0; end--)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n')
            {
                break;
            }
        }

        stream.SetLength(end);
        stream.Position = end;
    }
}

/// <summary>A run begins.</summary>
/// <param name="Method">Id of the method.</param>
/// <param name="Rounds">Rounds it will have.</param>
/// <param name="Clients">Number of owners.</param>
/// <param name="Resumed">Rounds that were committed before; 0 for a fresh run.</param>
public sealed record RunStarted(string Method, int Rounds, int Clients, int Resumed);

/// <summary>A run ended early.</summary>
/// <param name="Round">The round it was in, counted from 1.</param>
/// <param name="Why">What stopped it.</param>
public sealed record RunStopped(int Round, string Why);
