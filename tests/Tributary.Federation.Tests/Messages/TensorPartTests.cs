using Tributary.Federation.Messages;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Messages;

public sealed class TensorPartTests : IDisposable
{
    private static readonly HostTensor Prompt = Ramp("p", "prompt", 11, 2);
    private static readonly HostTensor Wide = Ramp("w", "lora_B", 3, 11);
    private static readonly MessageSchema Schema = MessageSchema.Parameters(TensorLayout.Of(Sets.Of(Prompt, Wide, Sets.Vector("a", 5))));
    private readonly TemporaryFolder folder = new();

    public static TheoryData<int[]> Choices => [[], [0], [10, 3, 8], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]];

    [Theory]
    [MemberData(nameof(Choices))]
    public void Rows_come_back_and_the_others_are_zero(int[] sent) =>
        RoundTrip(Prompt, TensorPart.Rows(Prompt.Shape, Marks.Of(11, sent)), i => sent.Contains(i / 2), (sent.Length * 2 * 4) + 2, "#rows/p");

    [Theory]
    [MemberData(nameof(Choices))]
    public void Columns_come_back_and_the_others_are_zero(int[] sent) =>
        RoundTrip(Wide, TensorPart.Columns(Wide.Shape, Marks.Of(11, sent)), i => sent.Contains(i % 11), (sent.Length * 3 * 4) + 2, "#columns/w");

    [Theory]
    [InlineData(new[] { 7 }, 4 + 4, "#indices/w")]
    [InlineData(new[] { 0, 32 }, 8 + 5, "#entries/w")]
    [InlineData(new[] { 1, 2, 3, 11, 20, 21 }, 24 + 5, "#entries/w")]
    public void Entries_come_back_by_whichever_marks_are_shorter(int[] sent, int bytes, string marks) =>
        RoundTrip(Wide, TensorPart.Entries(Wide.Shape, Marks.Of(33, sent)), sent.Contains, bytes, marks);

    [Fact]
    public void The_first_ranks_need_no_marks()
    {
        var body = Sets.Body(Sets.Of(Wide).AtRank(4));
        MessageFile.Write(folder.PathOf("m"), body).ValueBytes.ShouldBe(3 * 4 * 4);
        using var file = MessageFile.Open(folder.PathOf("m"), Schema);
        var part = file.PartOf("parameters", Wide.Key)!;
        part.Kind.ShouldBe(PartKind.Leading);
        part.StoredShape.ShouldBe([3, 4]);
        part.Unpack(body.Section("parameters")[0].Values).ShouldBe([.. Enumerable.Range(0, 33).Select(i => i % 11 < 4 ? i : 0f)]);
        file.ReadAll().Section("parameters")[0].Shape.ShouldBe([3, 4]);
    }

    [Fact]
    public void The_rank_axis_comes_from_the_role_and_not_from_a_dimension()
    {
        var (a, b) = (Ramp("a", "lora_A", 4, 4), Ramp("b", "lora_B", 4, 4));
        var cut = Sets.Of(a, b, Prompt).AtRank(2);
        cut[0].Shape.ShouldBe([2, 4]);
        cut[1].Shape.ShouldBe([4, 2]);
        cut[1].Values.ShouldBe([0f, 1, 4, 5, 8, 9, 12, 13]);
        cut[2].ShouldBeSameAs(Prompt);
        LeadingSlice.IsRankSlice(Prompt.Key, [11, 2], [4, 2]).ShouldBeFalse();
        LeadingSlice.IsRankSlice(a.Key, [4, 4], [4, 2]).ShouldBeFalse();
        LeadingSlice.IsRankSlice(a.Key, [4, 4], [0, 4]).ShouldBeFalse();
    }

    [Fact]
    public void The_first_of_another_axis_are_taken_where_slices_are_held_and_refused_elsewhere()
    {
        MessageFile.Write(folder.PathOf("m"), Sets.Body(Sets.Of(Prompt.Leading([4, 2]))));
        Should.Throw<InputException>(() => MessageFile.Open(folder.PathOf("m"), Schema).Dispose());
        using (var file = MessageFile.Open(folder.PathOf("m"), Schema.WithSlices()))
        {
            var part = file.PartOf("parameters", Prompt.Key)!;
            part.Kind.ShouldBe(PartKind.Leading);
            part.Unpack(Prompt.Values.AsSpan(0, 8)).ShouldBe([.. Prompt.Values.Select((value, i) => i < 8 ? value : 0)]);
        }

        MessageFile.Write(folder.PathOf("m"), Sets.Body(Sets.Of(Prompt.Leading([4, 1]))));
        Should.Throw<InputException>(() => MessageFile.Open(folder.PathOf("m"), Schema.WithSlices()).Dispose());
        MessageFile.Write(folder.PathOf("m"), Sets.Body(Sets.Of(HostTensor.Zeros(Prompt.Key, [12, 2]))));
        Should.Throw<InputException>(() => MessageFile.Open(folder.PathOf("m"), Schema.WithSlices()).Dispose());
    }

    [Fact]
    public void Smaller_slices_lie_in_larger_ones()
    {
        var set = Sets.Of(Wide);
        set.AtRank(7).AtRank(3)[0].Values.ShouldBe(set.AtRank(3)[0].Values);
        TensorPart.Leading([3, 11], 1, 7).Pack(TensorPart.Leading([3, 11], 1, 7).Unpack(set.AtRank(7)[0].Values)).ShouldBe(set.AtRank(7)[0].Values);
    }

    [Fact]
    public void Marks_that_lie_are_refused()
    {
        void Refused(Action<SafetensorsWriter> write)
        {
            var writer = new SafetensorsWriter();
            write(writer);
            writer.Save(folder.PathOf("m"));
            Should.Throw<InputException>(() => MessageFile.Open(folder.PathOf("m"), Schema).Dispose());
        }

        var two = new float[4].AsMemory();
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [2], new byte[] { 0b111, 0 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [2], new byte[] { 1, 0b1000 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [1], new byte[] { 0b11 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [2], new float[2].AsMemory()));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [2], new byte[] { 0b11, 0 }).Add("#columns/p", [1], new byte[] { 0b11 }));
        Refused(w => w.Add("#rows/p", [2], new byte[] { 0b11, 0 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/q", [2], new byte[] { 0b11, 0 }));
        Refused(w => w.Add("p", [2, 2], two));
        Refused(w => w.Add("p", [4], two).Add("#indices/p", [4], new uint[] { 3, 2, 4, 5 }.AsMemory()));
        Refused(w => w.Add("p", [4], two).Add("#indices/p", [4], new uint[] { 1, 2, 3, 22 }.AsMemory()));
        Refused(w => w.Add("p", [4], two).Add("#indices/p", [4], new uint[] { 1, 2, 3, uint.MaxValue }.AsMemory()));
        Refused(w => w.Add("p", [4], two).Add("#indices/p", [4], new byte[] { 1, 2, 3, 4 }));
        Refused(w => w.Add("p", [3], new float[3].AsMemory()).Add("#indices/p", [4], new uint[] { 1, 2, 3, 4 }.AsMemory()));
    }

    [Fact]
    public void Rows_outside_the_tensor_cannot_be_sent()
    {
        Should.Throw<InputException>(() => Marks.Of(11, [11]));
        Should.Throw<InputException>(() => Marks.Of(11, [-1]));
    }

    [Fact]
    public void Places_are_counted_across_blocks_of_a_long_bitmap()
    {
        var marks = Marks.Of(5000, Enumerable.Range(0, 5000).Where(i => i % 7 == 3));
        foreach (var index in (int[])[0, 3, 4, 255, 256, 257, 2047, 2048, 4999, 5000])
        {
            marks.CountBefore(index).ShouldBe(Enumerable.Range(0, index).Count(i => i % 7 == 3));
        }
    }

    public void Dispose() => folder.Dispose();

    private static HostTensor Ramp(string name, string role, int rows, int columns) =>
        new(Sets.Key(name, role), [rows, columns], [.. Enumerable.Range(0, rows * columns).Select(i => (float)i)]);

    private void RoundTrip(HostTensor tensor, TensorPart part, Func<int, bool> isSent, int valueBytes, string marks)
    {
        var body = Sets.Body(Sets.Of(tensor, Sets.Vector("a", 7))) with { Parts = new Dictionary<TensorKey, TensorPart> { [tensor.Key] = part } };
        var written = MessageFile.Write(folder.PathOf("m"), body);
        written.ShouldBe(MessageFile.LengthOf(body));
        written.ValueBytes.ShouldBe(4 + valueBytes, "the vector beside it, values and marks");
        using (var plain = SafetensorsFile.Open(folder.PathOf("m")))
        {
            plain.Contains(marks).ShouldBeTrue();
        }

        var expected = tensor.Values.Select((value, i) => isSent(i) ? value : 0).ToArray();
        MessageFile.Read(folder.PathOf("m"), Schema).Section("parameters")[tensor.Key].Values.ShouldBe(expected);

        // Any stretch of the whole is a stretch of what is stored.
        using var file = MessageFile.Open(folder.PathOf("m"), Schema);
        var found = file.PartOf("parameters", tensor.Key)!;
        for (var start = 0; start < tensor.Values.Length; start++)
        {
            for (var length = 1; start + length <= tensor.Values.Length; length += 3)
            {
                var stored = new float[found.CountBefore(start + length) - found.CountBefore(start)];
                file.Read("parameters", tensor.Key, found.CountBefore(start), stored);
                var (values, held) = (new float[length], new bool[length]);
                found.Spread(start, stored, values, held);
                values.ShouldBe(expected[start..(start + length)]);
                held.ShouldBe([.. Enumerable.Range(start, length).Select(isSent)]);
            }
        }
    }
}
