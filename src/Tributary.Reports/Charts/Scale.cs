namespace Tributary.Reports.Charts;

/// <summary>Maps values to coordinates over an interval that ends on round numbers.</summary>
internal sealed class Scale
{
    private readonly double pixelsFrom;
    private readonly double pixelsTo;

    private Scale(double from, double to, double step, double pixelsFrom, double pixelsTo)
    {
        (From, To, Step) = (from, to, step);
        (this.pixelsFrom, this.pixelsTo) = (pixelsFrom, pixelsTo);
    }

    /// <summary>The lowest value shown.</summary>
    public double From { get; }

    /// <summary>The highest value shown.</summary>
    public double To { get; }

    /// <summary>Distance of ticks.</summary>
    public double Step { get; }

    /// <summary>The values that get a tick.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            var count = (int)Math.Round((To - From) / Step);
            return Enumerable.Range(0, count + 1).Select(i => From + (i * Step));
        }
    }

    /// <summary>A scale that shows all values, with about that many ticks.</summary>
    public static Scale Over(IEnumerable<double> values, int ticks, double pixelsFrom, double pixelsTo)
    {
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        if (high - low <= 1e-12 * Math.Max(1, Math.Abs(high)))
        {
            var room = Math.Max(Math.Abs(high) * 0.1, 1e-6);
            (low, high) = (low - room, high + room);
        }

        var step = RoundStep((high - low) / ticks);
        return new Scale(Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step, pixelsFrom, pixelsTo);
    }

    /// <summary>A scale over exactly this interval.</summary>
    public static Scale Exactly(double from, double to, double step, double pixelsFrom, double pixelsTo) => new(from, to, step, pixelsFrom, pixelsTo);

    /// <summary>The coordinate of a value.</summary>
    public double At(double value) => pixelsFrom + ((value - From) / (To - From) * (pixelsTo - pixelsFrom));

    /// <summary>1, 2 or 5 times a power of ten, at least <paramref name="rough"/>.</summary>
    internal static double RoundStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var digit = rough / power;
        return (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10) * power;
    }
}
