using Tributary.Learning.Safetensors;

namespace Tributary.Learning.Tensors;

/// <summary>Parameter sets as safetensors, in key order under plain tensor names.</summary>
public static class TensorFiles
{
    /// <summary>Writes the set as one file that is whole or absent.</summary>
    public static void Write(string path, ParameterSet values) => Writer(values).WithMetadata("format", "pt").Save(path);

    /// <summary>A writer with every tensor of the set.</summary>
    public static SafetensorsWriter Writer(ParameterSet values)
    {
        var writer = new SafetensorsWriter();
        foreach (var tensor in values)
        {
            writer.Add(tensor.Key.Name, tensor.Shape, tensor.Values);
        }

        return writer;
    }
}
