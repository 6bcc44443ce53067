using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Reports.Markup;

/// <summary>Numbers for people, the same in every country.</summary>
public static partial class Format
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Bytes in decimal units: <c>12.3 kB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (Math.Abs(bytes) >= 999.5 && unit < Units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || Math.Abs(bytes) >= 99.95 ? Math.Round(bytes) : Math.Round(bytes, 1)):0.#} {Units[unit]}");
    }

    /// <summary>A whole number with thin groups: <c>12 345</c>.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u2009');

    /// <summary>A loss: three decimals.</summary>
    public static string Loss(double? loss) => loss is { } value && double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    /// <summary>A figure over seeds: <c>2.71 ± 0.03</c>; without a deviation when there is but one seed.</summary>
    public static string Spread(Federation.Results.MeanDeviation? figure, Func<double, string> label) => figure switch
    {
        null => "–",
        { Deviation: null } => label(figure.Mean),
        { Deviation: { } deviation } => $"{label(figure.Mean)} ± {label(deviation)}",
    };

    /// <summary>A small number with three significant digits.</summary>
    public static string Small(double value) => value.ToString(Math.Abs(value) >= 0.01 ? "0.###" : "G3", CultureInfo.InvariantCulture);

    /// <summary>A difference with its sign.</summary>
    public static string Difference(double value) => value.ToString("+0.000;−0.000;0.000", CultureInfo.InvariantCulture);

    /// <summary>A share of one, in percent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    /// <summary>A share of one, in whole percent without the sign.</summary>
    public static string WholePercent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100):0}");

    /// <summary>A duration: <c>12 ms</c>, <c>0.4 s</c>, <c>12 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    public static string Duration(double seconds)
    {
        var whole = (long)Math.Round(seconds);
        return seconds is > 0 and < 0.0995 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(1000 * seconds)):0} ms")
            : seconds < 9.95 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
            : whole < 60 ? $"{whole} s"
            : whole < 3600 ? $"{whole / 60} min {whole % 60} s"
            : $"{whole / 3600} h {whole % 3600 / 60} min";
    }

    /// <summary>A ratio: <c>4.2 ×</c>, <c>350 ×</c>.</summary>
    public static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{(ratio >= 10 ? Math.Round(ratio) : Math.Round(ratio, 1)):0.#} ×");

    /// <summary>A text whose numbers are not torn from their units at the end of a line.</summary>
    internal static string Unbroken(string text) => UnitsPattern().Replace(text, "\u00A0");

    /// <summary>A coordinate of a drawing.</summary>
    internal static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<=\d) (?=(?:[kMGTP]?B|min|[hs])\b|[×%])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnitsPattern();
}
