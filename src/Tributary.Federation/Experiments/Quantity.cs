using System.Globalization;

namespace Tributary.Federation.Experiments;

/// <summary>Numbers with a unit: memory and bandwidth.</summary>
internal static class Quantity
{
    /// <summary>How memory is written.</summary>
    public const string MemoryForm = "memory above 0 such as 2 GB, 512 MiB or a number of bytes";

    /// <summary>How bandwidth is written.</summary>
    public const string BandwidthForm = "a bandwidth above 0 such as 20 Mbit/s or 2.5 MB/s";

    private const double Most = 1e15;

    private static readonly Dictionary<string, double> Memory = new(StringComparer.Ordinal)
    {
        [""] = 1, ["B"] = 1, ["kB"] = 1e3, ["KB"] = 1e3, ["MB"] = 1e6, ["GB"] = 1e9, ["TB"] = 1e12, ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40,
    };

    private static readonly Dictionary<string, double> Bandwidth = new(StringComparer.Ordinal)
    {
        ["bit/s"] = 1, ["kbit/s"] = 1e3, ["Mbit/s"] = 1e6, ["Gbit/s"] = 1e9, ["bps"] = 1, ["kbps"] = 1e3, ["Mbps"] = 1e6, ["Gbps"] = 1e9,
        ["B/s"] = 8, ["kB/s"] = 8e3, ["MB/s"] = 8e6, ["GB/s"] = 8e9,
    };

    /// <summary>Bytes; null when the text is no memory above 0.</summary>
    public static long? Bytes(string text) => Parse(text, Memory) is { } bytes and >= 1 ? (long)bytes : null;

    /// <summary>Bits per second; null when the text is no bandwidth above 0.</summary>
    public static double? BitsPerSecond(string text) => Parse(text, Bandwidth);

    private static double? Parse(string text, Dictionary<string, double> units)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        return double.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && units.TryGetValue(text[end..].Trim(), out var unit) && number * unit is > 0 and <= Most
            ? number * unit
            : null;
    }
}
