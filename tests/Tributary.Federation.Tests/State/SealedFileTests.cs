using Tributary.Federation.Messages;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Rounds;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.State;

public sealed class SealedFileTests : IDisposable
{
    private static readonly MessageSchema Schema = MessageSchema.Parameters(TensorLayout.Of(Sets.X(0, 0, 0)));
    private readonly TemporaryFolder folder = new();

    private static MessageBody Body => MessageBody.Empty.WithSection(MessageBody.Parameters, Sets.X(1, 2, 3)).WithNumber("n", 4).WithText("t", "five");

    private string Path => folder.PathOf("state.safetensors");

    [Fact]
    public void What_was_written_comes_back()
    {
        SealedFile.Write(Path, Body);
        var read = SealedFile.Read(Path, Schema);
        read.Section(MessageBody.Parameters).Values().ShouldBe(Sets.X(1, 2, 3).Values());
        read.Numbers.ShouldBe(Body.Numbers);
        read.Texts.ShouldBe(Body.Texts);
    }

    [Fact]
    public void Whichever_bit_changes_it_is_refused()
    {
        SealedFile.Write(Path, Body);
        var whole = File.ReadAllBytes(Path);
        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = whole.ToArray();
            damaged[i] ^= 1;
            File.WriteAllBytes(Path, damaged);
            Should.Throw<InputException>(() => SealedFile.Read(Path, Schema), $"byte {i}").Message.ShouldContain("state.safetensors");
        }
    }

    [Fact]
    public void A_file_without_a_seal_is_refused()
    {
        MessageFile.Write(Path, Body);
        Should.Throw<InputException>(() => SealedFile.Read(Path, Schema)).Message.ShouldContain("not as it was written");
    }

    public void Dispose() => folder.Dispose();
}
