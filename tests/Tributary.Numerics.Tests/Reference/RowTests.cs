namespace Tributary.Numerics.Tests.Reference;

public sealed class RowTests
{
    private readonly Host _host = new();

    [Fact]
    public void Scaled_sum_works_on_a_window_of_columns()
    {
        var whole = _host.Up([1, 2, 3, 4, 5, 6], 2);
        _host.Backend.AddScaled(_host.Up([10, 20, 30, 40], 2), whole.ColumnRange(1, 2), 0.5f, 2);
        _host.Down(whole).ShouldBe([1, 9, 16, 4, 25, 32]);
    }

    [Fact]
    public void Rows_are_added_and_columns_summed()
    {
        var (y, sum) = (_host.Up([1, 2, 3, 4], 2), _host.Up([100, 100], 1));
        _host.Backend.AddRow(_host.Up([10, 20], 1), y);
        _host.Down(y).ShouldBe([11, 22, 13, 24]);
        _host.Backend.SumRows(y, sum);
        _host.Down(sum).ShouldBe([124, 146]);
        _host.Backend.SumRowProducts(y, y, sum);
        _host.Down(sum).ShouldBe([124 + 121 + 169, 146 + 484 + 576]);
    }

    [Fact]
    public void Elements_are_multiplied()
    {
        var y = _host.Up([1, 1], 1);
        _host.Backend.MultiplyElements(_host.Up([2, 3], 1), _host.Up([5, 7], 1), y, 2, 10);
        _host.Down(y).ShouldBe([30, 52]);
    }

    [Fact]
    public void Every_row_is_multiplied_by_one_row()
    {
        var y = _host.Up([1, 1, 1, 1], 2);
        _host.Backend.MultiplyRow(_host.Up([2, 3, 4, 5], 2), _host.Up([10, 100], 1), y, 2, 5);
        _host.Down(y).ShouldBe([45, 605, 85, 1005]);
    }

    [Fact]
    public void Scatter_is_the_transpose_of_gather_and_skips_padding()
    {
        var table = _host.Up([1, 2, 3, 4, 5, 6], 3);
        var y = _host.Up([100, 100, 100, 100, 100, 100], 3);
        _host.Backend.Gather(table, [2, 0, 2], y, 1);
        _host.Down(y).ShouldBe([105, 106, 101, 102, 105, 106]);
        _host.Backend.ScatterAdd(_host.Up([1, 1, 10, 10, 100, 100], 3), [2, 0, 2], table, skip: 0, scale: 2);
        _host.Down(table).ShouldBe([1, 2, 3, 4, 207, 208]);
    }

    [Fact]
    public void Identifier_beyond_the_table_is_refused() =>
        Should.Throw<ArgumentException>(() => _host.Backend.Gather(_host.Zeros(3, 2), [0, 3], _host.Zeros(2, 2))).Message.ShouldContain("ids[1] is 3, outside [0, 3)");

    [Fact]
    public void Dropout_depends_on_row_keys_alone_and_keeps_the_mean()
    {
        var ones = _host.Up(Enumerable.Repeat(1.0, 4000).ToArray(), 4);
        var (whole, part) = (_host.Zeros(4, 1000), _host.Zeros(1, 1000));
        _host.Backend.Dropout(ones, 0.25f, 42, [5, 6, 7, 8], whole);
        _host.Backend.Dropout(ones.RowRange(0, 1), 0.25f, 42, [7], part);
        var kept = _host.Down(whole);
        kept.Distinct().Order().ShouldBe([0, 1 / 0.75]);
        kept.Average().ShouldBe(1, 0.05);
        _host.Down(part).ShouldBe(_host.Down(whole.RowRange(2, 1)));
        kept[..1000].ShouldNotBe(kept[1000..2000]);
    }

    [Fact]
    public void Dropout_of_zero_copies()
    {
        var y = _host.Up([1, 1], 1);
        _host.Backend.Dropout(_host.Up([2, 3], 1), 0, 1, [0], y, 1);
        _host.Down(y).ShouldBe([3, 4]);
    }

    [Fact]
    public void Inner_product_and_finiteness()
    {
        _host.Backend.Dot(_host.Up([1, 2, 3], 1), _host.Up([4, 5, 6], 1)).ShouldBe(32);
        _host.Backend.SumOfSquares(_host.Up([3, 4], 2)).ShouldBe(25);
        _host.Backend.AllFinite(_host.Up([1, 2], 1)).ShouldBeTrue();
        _host.Backend.AllFinite(_host.Up([1, double.NegativeInfinity], 1)).ShouldBeFalse();
        _host.Backend.AllFinite(_host.Up([double.NaN, 1], 1)).ShouldBeFalse();
    }
}
