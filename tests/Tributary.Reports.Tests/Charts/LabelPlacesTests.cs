using Tributary.Reports.Charts;

namespace Tributary.Reports.Tests.Charts;

public sealed class LabelPlacesTests
{
    private const double Width = 7.2;

    [Fact]
    public void Names_of_a_crowd_lie_on_no_other_name_and_inside_the_plot()
    {
        var places = new LabelPlaces(0, 0, 300, 200);
        (double X, double Y)[] crowd = [.. Enumerable.Range(0, 30).Select(i => (100.0 + (i * 37 % 60), 80.0 + (i * 23 % 50)))];
        foreach (var (x, y) in crowd)
        {
            places.AddMark(x, y);
        }

        var boxes = new List<(double Left, double Right, double Base)>();
        foreach (var (x, y) in crowd)
        {
            if (places.Take(x, y, "a-method") is var (at, line, anchor))
            {
                var left = anchor switch { "start" => at, "end" => at - (8 * Width), _ => at - (4 * Width) };
                boxes.ShouldAllBe(other => left >= other.Right || other.Left >= left + (8 * Width) || Math.Abs(line - other.Base) >= 12.9);
                left.ShouldBeInRange(0, 300 - (8 * Width));
                boxes.Add((left, left + (8 * Width), line));
            }
        }

        boxes.Count.ShouldBeInRange(2, 29);
    }

    [Fact]
    public void A_name_gives_way_to_a_line()
    {
        var free = new LabelPlaces(0, 0, 300, 200).Take(100, 100, "name")!.Value;
        var places = new LabelPlaces(0, 0, 300, 200);
        places.AddLine(0, free.Y - 3, 300, free.Y - 3);
        var moved = places.Take(100, 100, "name")!.Value;
        moved.Y.ShouldNotBe(free.Y);
        Math.Abs(moved.Y - 3.5 - (free.Y - 3)).ShouldBeGreaterThan(6.5);
    }

    [Fact]
    public void A_slope_takes_the_room_it_crosses_and_no_more()
    {
        var places = new LabelPlaces(0, 0, 300, 200);
        places.AddLine(0, 200, 300, 0);
        places.Take(60, 60, "above").ShouldNotBeNull();
        places.Take(240, 160, "below").ShouldNotBeNull();
    }

    [Fact]
    public void Where_there_is_no_room_there_is_no_name() => new LabelPlaces(0, 0, 40, 20).Take(20, 10, "much too long").ShouldBeNull();
}
