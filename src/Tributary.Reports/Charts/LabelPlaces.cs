namespace Tributary.Reports.Charts;

/// <summary>Where the names of points have room: beside or above and below them, on nothing that is drawn there already.</summary>
/// <param name="left">Left edge of the plot.</param>
/// <param name="top">Its upper edge.</param>
/// <param name="right">Its right edge.</param>
/// <param name="bottom">Its lower edge.</param>
internal sealed class LabelPlaces(double left, double top, double right, double bottom)
{
    // As wide as the widest of the usual system fonts draws a lower-case letter at 12 units.
    private const double CharacterWidth = 7.2;
    private const double Ascent = 10;
    private const double Descent = 3;
    private const double Beside = 7;
    private static readonly double[] Downs = [-9, 4, 17, -20, 28];
    private readonly List<Box> taken = [];

    /// <summary>Keeps names away from a mark.</summary>
    public void AddMark(double x, double y) => taken.Add(new Box(x - 5, y - 5, x + 5, y + 5));

    /// <summary>Keeps names away from a straight line.</summary>
    public void AddLine(double x1, double y1, double x2, double y2)
    {
        // Short pieces, so that the boxes of a slope leave the room beside it free.
        var pieces = x1 == x2 || y1 == y2 ? 1 : (int)Math.Ceiling(Math.Max(Math.Abs(x2 - x1), Math.Abs(y2 - y1)) / 4);
        for (var i = 0; i < pieces; i++)
        {
            var (from, to) = ((double)i / pieces, (i + 1.0) / pieces);
            var (a, b, c, d) = (x1 + ((x2 - x1) * from), x1 + ((x2 - x1) * to), y1 + ((y2 - y1) * from), y1 + ((y2 - y1) * to));
            taken.Add(new Box(Math.Min(a, b) - 1, Math.Min(c, d) - 1, Math.Max(a, b) + 1, Math.Max(c, d) + 1));
        }
    }

    /// <summary>The first free place of a name by its point, which is taken from then on: where its base line begins or ends; null where there is none.</summary>
    public (double X, double Y, string Anchor)? Take(double x, double y, string name)
    {
        var length = name.Length * CharacterWidth;
        foreach (var (at, anchor, start) in ((double, string, double)[])[(x + Beside, "start", x + Beside), (x - Beside, "end", x - Beside - length), (x, "middle", x - (length / 2))])
        {
            foreach (var down in Downs)
            {
                var box = new Box(start, y + down - Ascent, start + length, y + down + Descent);
                if (box.Left >= left && box.Right <= right && box.Top >= top && box.Bottom <= bottom && !taken.Exists(box.Meets))
                {
                    taken.Add(box);
                    return (at, y + down, anchor);
                }
            }
        }

        return null;
    }

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Meets(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
