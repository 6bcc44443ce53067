using System.IO.Pipelines;
using System.Security.Cryptography;
using Tributary.Coordinator.Work;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Work;

public sealed class UploadFileTests : IDisposable
{
    private static readonly byte[] Whole = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Whole));
    private readonly TemporaryFolder folder = new();

    private string Path => folder.PathOf("site/answer.part");

    [Fact]
    public async Task Pieces_make_the_whole_with_its_hash()
    {
        await Send(0, 100_000);
        (await Send(100_000, Whole.Length)).ShouldBe(Hash);
        File.ReadAllBytes(Path).ShouldBe(Whole);
    }

    [Fact]
    public async Task What_was_sent_again_is_taken_once()
    {
        await Send(0, 200_000);
        (await Send(100_000, Whole.Length)).ShouldBe(Hash);
        new UploadFile(Path).Length.ShouldBe(Whole.Length);
    }

    [Fact]
    public async Task A_piece_with_a_gap_before_it_is_refused_and_nothing_is_lost()
    {
        await Send(0, 1000);
        (await Should.ThrowAsync<InputException>(Send(1001, 2000))).Message.ShouldContain("only 1000 have arrived");
        new UploadFile(Path).Length.ShouldBe(1000);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1001)]
    public async Task A_piece_that_is_not_as_long_as_it_says_is_refused_and_goes_on_from_what_came(int said)
    {
        await Should.ThrowAsync<InputException>(new UploadFile(Path).AppendAsync(PipeReader.Create(new MemoryStream(Whole, 0, 1000)), 0, said, CancellationToken.None));
        new UploadFile(Path).Length.ShouldBeLessThanOrEqualTo(1000);
        (await Send((int)new UploadFile(Path).Length, Whole.Length)).ShouldBe(Hash);
    }

    public void Dispose() => folder.Dispose();

    private Task<string> Send(int start, int end) =>
        new UploadFile(Path).AppendAsync(PipeReader.Create(new MemoryStream(Whole, start, end - start)), start, end, CancellationToken.None);
}
