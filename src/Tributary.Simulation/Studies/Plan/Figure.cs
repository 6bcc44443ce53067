using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>A planned number: one value, or the smallest and largest where rounds differ. In JSON a number or <c>{min, max}</c>.</summary>
[JsonConverter(typeof(FigureConverter))]
public readonly record struct Figure(long Min, long Max)
{
    /// <summary>A figure without doubt.</summary>
    public static Figure Exactly(long value) => new(value, value);

    /// <summary>The figure that covers both.</summary>
    public Figure With(Figure other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    /// <summary>The figure that covers this one and a value.</summary>
    public Figure With(long value) => new(Math.Min(Min, value), Math.Max(Max, value));
}

/// <summary>Reads and writes a <see cref="Figure"/>.</summary>
public sealed class FigureConverter : JsonConverter<Figure>
{
    /// <inheritdoc/>
    public override Figure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var node = JsonElement.ParseValue(ref reader);
        return node.ValueKind == JsonValueKind.Number ? Figure.Exactly(node.GetInt64()) : new Figure(node.GetProperty("min").GetInt64(), node.GetProperty("max").GetInt64());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Figure value, JsonSerializerOptions options)
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
