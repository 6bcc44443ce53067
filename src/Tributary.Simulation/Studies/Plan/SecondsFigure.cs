using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>A planned duration in seconds: one value, or the smallest and largest where they differ. In JSON a number or <c>{min, max}</c>.</summary>
[JsonConverter(typeof(SecondsFigureConverter))]
public readonly record struct SecondsFigure(double Min, double Max)
{
    /// <summary>The figure that covers both.</summary>
    public SecondsFigure With(SecondsFigure other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));
}

/// <summary>Reads and writes a <see cref="SecondsFigure"/>.</summary>
public sealed class SecondsFigureConverter : JsonConverter<SecondsFigure>
{
    /// <inheritdoc/>
    public override SecondsFigure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var node = JsonElement.ParseValue(ref reader);
        return node.ValueKind == JsonValueKind.Number ? new(node.GetDouble(), node.GetDouble()) : new(node.GetProperty("min").GetDouble(), node.GetProperty("max").GetDouble());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SecondsFigure value, JsonSerializerOptions options)
    {
        if (value.Min == value.Max)
        {
            writer.WriteNumberValue(value.Min);
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("min", value.Min);
        writer.WriteNumber("max", value.Max);
        writer.WriteEndObject();
    }
}
