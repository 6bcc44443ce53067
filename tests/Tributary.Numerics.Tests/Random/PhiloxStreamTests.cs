using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.Random;

public sealed class PhiloxStreamTests
{
    /// <summary>The key comes from an independent implementation.</summary>
    [Fact]
    public void Key_of_a_path_never_changes() =>
        PhiloxStream.Root(42).Child("round").Child(3).Child("client-07").Key.ShouldBe(0x7c9da7575afcc48cUL);

    [Fact]
    public void Different_paths_have_different_keys()
    {
        var root = PhiloxStream.Root(1);
        PhiloxStream[] streams =
        [
            root, PhiloxStream.Root(2), PhiloxStream.Root(-1), root.Child("a"), root.Child("b"), root.Child("ab"), root.Child("a").Child("b"), root.Child("b").Child("a"),
            root.Child(0), root.Child(1), root.Child("1"), root.Child(1L << 32), root.Child(-1), root.Child(""),
        ];
        streams.Distinct().Count().ShouldBe(streams.Length);
    }

    [Fact]
    public void Hash_is_the_beginning_of_sha256() => PhiloxStream.Hash("abc").ShouldBe(0xeacf018fbf1678baUL);
}
