using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Federation.Results;

/// <summary>Metrics as a JSON object of numbers; a figure that is not finite is null.</summary>
internal sealed class MetricsConverter : JsonConverter<Metrics>
{
    public override Metrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("metrics must be an object of numbers");
        }

        var values = new List<KeyValuePair<string, double>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            values.Add(new(name, reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble()));
        }

        return values.Exists(pair => pair.Key == Metrics.LossName) ? new Metrics(values) : throw new JsonException("metrics need a loss");
    }

    public override void Write(Utf8JsonWriter writer, Metrics value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, figure) in value)
        {
            if (double.IsFinite(figure))
            {
                writer.WriteNumber(name, figure);
            }
            else
            {
                writer.WriteNull(name);
            }
        }

        writer.WriteEndObject();
    }
}
