using Tributary.Federation.Messages;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Messages;

public sealed class RowMaskTests : IDisposable
{
    private static readonly HostTensor Prompt = new(Sets.Key("p", "prompt"), [11, 2], [.. Enumerable.Range(0, 22).Select(i => (float)i)]);
    private static readonly TensorLayout Layout = TensorLayout.Of(Sets.Of(Prompt, Sets.Vector("a", 5)));
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 10, 3, 8 })]
    [InlineData(new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    public void The_rows_sent_come_back_and_the_others_are_zero(int[] sent)
    {
        var body = Sets.Body(Sets.Of(Prompt, Sets.Vector("a", 7))) with { Rows = new Dictionary<TensorKey, RowMask> { [Prompt.Key] = RowMask.Of(11, sent) } };
        var written = MessageFile.Write(folder.PathOf("m"), body);
        written.ShouldBe(MessageFile.LengthOf(body));
        written.ValueBytes.ShouldBe(4 + (sent.Length * 2 * 4) + 2, "values and a bitmap of ⌈11 / 8⌉ bytes");

        var back = MessageFile.Read(folder.PathOf("m"), Layout);
        back.Section("parameters").TryGet(Prompt.Key, out var tensor);
        tensor!.Values.ShouldBe([.. Enumerable.Range(0, 22).Select(i => sent.Contains(i / 2) ? i : 0f)]);
        Enumerable.Range(0, 11).Where(back.Rows[Prompt.Key].Contains).ShouldBe(sent.Order());

        using var file = MessageFile.Open(folder.PathOf("m"), Layout);
        foreach (var row in sent)
        {
            var pair = new float[2];
            file.Read("parameters", Prompt.Key, row * 2, pair);
            pair.ShouldBe([2f * row, (2f * row) + 1]);
        }
    }

    [Fact]
    public void A_bitmap_that_lies_is_refused()
    {
        void Refused(Action<SafetensorsWriter> write)
        {
            var writer = new SafetensorsWriter();
            write(writer);
            writer.Save(folder.PathOf("m"));
            Should.Throw<InputException>(() => MessageFile.Open(folder.PathOf("m"), Layout).Dispose());
        }

        var two = new float[4].AsMemory();
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [2], new byte[] { 0b111, 0 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [2], new byte[] { 1, 0b1000 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [1], new byte[] { 0b11 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/p", [2], new float[2].AsMemory()));
        Refused(w => w.Add("#rows/p", [2], new byte[] { 0b11, 0 }));
        Refused(w => w.Add("p", [2, 2], two).Add("#rows/q", [2], new byte[] { 0b11, 0 }));
        Refused(w => w.Add("p", [2, 2], two));
    }

    [Fact]
    public void Rows_outside_the_tensor_cannot_be_sent()
    {
        Should.Throw<InputException>(() => RowMask.Of(11, [11]));
        Should.Throw<InputException>(() => RowMask.Of(11, [-1]));
    }

    public void Dispose() => folder.Dispose();
}
