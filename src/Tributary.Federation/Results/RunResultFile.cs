using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Federation.Results;

/// <summary>Reads and writes <c>result.json</c>.</summary>
public static class RunResultFile
{
    /// <summary>Name of the document in a run's folder.</summary>
    public const string Name = "result.json";

    /// <summary>Writes the document whole or not at all.</summary>
    /// <exception cref="RunException">It cannot be written.</exception>
    public static void Write(string path, RunResult result) => AtomicFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, result, ResultsJson.Default.RunResult);
        stream.WriteByte((byte)'\n');
    });

    /// <summary>Reads a document.</summary>
    /// <exception cref="InputException">It is missing, broken, or of another version.</exception>
    public static RunResult Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var result = JsonSerializer.Deserialize(stream, ResultsJson.Default.RunResult) ?? throw new InputException($"{path} holds null instead of a result");
            return result.Schema == RunResult.CurrentSchema
                ? result
                : throw new InputException($"{path} has schema {result.Schema}, this build reads {RunResult.CurrentSchema}: use the version of the tool that wrote it");
        }
        catch (JsonException error)
        {
            throw new InputException($"{path}, line {error.LineNumber + 1}: not a result document ({error.Path})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {error.Message}", error);
        }
    }
}
