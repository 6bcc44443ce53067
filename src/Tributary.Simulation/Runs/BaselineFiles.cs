using Tributary.Federation.Messages;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>The tensors of models that were trained for comparison, on disk and read when they are wanted: with many owners they are many.</summary>
/// <param name="folder">Where.</param>
/// <param name="schemaOf">What a stored model may hold, by its name.</param>
public sealed class BaselineFiles(string folder, Func<string, MessageSchema> schemaOf)
{
    /// <summary>Stored name of the model on the union of all data.</summary>
    public const string Pooled = "pooled";

    /// <summary>Stored name of an owner's model that trained alone.</summary>
    public static string Alone(string owner) => $"alone-{owner}";

    /// <summary>Whether a model is trained and stored.</summary>
    public bool Contains(string name) => File.Exists(PathOf(name));

    /// <summary>The tensors of a stored model.</summary>
    /// <exception cref="Numerics.InputException">It is missing or damaged.</exception>
    public ParameterSet Read(string name) => SealedFile.Read(PathOf(name), schemaOf(name)).Section(MessageBody.Parameters);

    /// <summary>Stores a model, whole or not at all.</summary>
    /// <exception cref="Numerics.RunException">The file cannot be written.</exception>
    public void Write(string name, ParameterSet tensors) => SealedFile.Write(PathOf(name), MessageBody.Empty.WithSection(MessageBody.Parameters, tensors));

    private string PathOf(string name) => Path.Combine(folder, name + ".safetensors");
}
