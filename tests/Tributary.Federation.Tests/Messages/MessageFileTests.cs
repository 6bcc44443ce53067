using Tributary.Federation.Messages;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Messages;

public sealed class MessageFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private static readonly ParameterSet Set = Sets.Of(Sets.Vector("a", 1, 2, 3), Sets.Vector("b", 0.1f));
    private static readonly MessageSchema Schema = MessageSchema.Parameters(TensorLayout.Of(Set)).With("control", TensorLayout.Of(Sets.Of(Set[1])));

    [Fact]
    public void A_body_survives_the_round_trip()
    {
        var body = Sets.Body(Set).WithSection("control", Sets.Of(Sets.Vector("b", 7))).WithNumber("examples", 12.5).WithText("note", "grüß");
        MessageFile.Write(folder.PathOf("m"), body);
        var back = MessageFile.Read(folder.PathOf("m"), Schema);
        back.Sections.Keys.ShouldBe(["control", "parameters"]);
        back.Section("parameters").Values("a").ShouldBe([1f, 2f, 3f]);
        back.Section("control").Values("b").ShouldBe([7f]);
        back.Numbers["examples"].ShouldBe(12.5);
        back.Texts["note"].ShouldBe("grüß");
        back.Section("parameters")[0].Key.ShouldBe(Set[0].Key);
    }

    [Fact]
    public void Lengths_are_those_of_the_file_and_of_its_tensor_data()
    {
        var written = MessageFile.Write(folder.PathOf("m"), Sets.Body(Set).WithNumber("examples", 1));
        written.Bytes.ShouldBe(new FileInfo(folder.PathOf("m")).Length);
        written.ValueBytes.ShouldBe(4 * 4);
        using var file = MessageFile.Open(folder.PathOf("m"), Schema);
        file.Length.ShouldBe(written);
    }

    [Fact]
    public void Brain_floats_take_two_bytes_and_round_to_nearest_even()
    {
        MessageFile.Write(folder.PathOf("m"), Sets.Body(Set), DTypes.BF16).ValueBytes.ShouldBe(2 * 4);
        MessageFile.Read(folder.PathOf("m"), Schema).Section("parameters").Values("b").ShouldBe([0.10009765625f]);
    }

    [Fact]
    public void Tensors_that_the_run_does_not_train_are_refused()
    {
        MessageFile.Write(folder.PathOf("m"), Sets.Body(Sets.Of(Sets.Vector("base", 1))));
        Should.Throw<InputException>(() => MessageFile.Read(folder.PathOf("m"), Schema)).Message.ShouldContain("'base'");
    }

    [Theory]
    [InlineData("control", "a")]
    [InlineData("momentum", "b")]
    [InlineData("rows", "b")]
    public void Each_section_holds_its_own_tensors_alone(string section, string name)
    {
        MessageFile.Write(folder.PathOf("m"), MessageBody.Empty.WithSection(section, Sets.Of(Sets.Vector(name, 1))));
        Should.Throw<InputException>(() => MessageFile.Read(folder.PathOf("m"), Schema)).Message.ShouldContain($"#{section}/{name}");
    }

    [Fact]
    public void Another_shape_is_refused()
    {
        MessageFile.Write(folder.PathOf("m"), Sets.Body(Sets.Of(Sets.Vector("a", 1, 2))));
        Should.Throw<InputException>(() => MessageFile.Read(folder.PathOf("m"), Schema)).Message.ShouldContain("shape [2], expected [3]");
    }

    [Fact]
    public void Another_element_type_is_refused()
    {
        new SafetensorsWriter().Add("a", [3], new long[3].AsMemory()).Save(folder.PathOf("m"));
        Should.Throw<InputException>(() => MessageFile.Read(folder.PathOf("m"), Schema)).Message.ShouldContain("I64");
    }

    [Fact]
    public void Stretches_of_a_tensor_can_be_read_alone()
    {
        MessageFile.Write(folder.PathOf("m"), Sets.Body(Set));
        using var file = MessageFile.Open(folder.PathOf("m"), Schema);
        var two = new float[2];
        file.Read("parameters", Set[0].Key, 1, two);
        two.ShouldBe([2f, 3f]);
    }

    public void Dispose() => folder.Dispose();
}
