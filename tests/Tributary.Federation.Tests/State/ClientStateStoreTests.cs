using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Tests.State;

public sealed class ClientStateStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ClientStateStore store;

    public ClientStateStoreTests() => store = new ClientStateStore(folder.Root, MessageSchemas.Client(TensorLayout.Of(Sets.X(0))));

    [Fact]
    public void A_state_holds_once_its_update_is_acknowledged()
    {
        Prepare(0, 1);
        Value().ShouldBeNull();
        store.Settle(Key(0), accepted: true);
        Value().ShouldBe(1);
        Prepare(1, 2);
        Value().ShouldBe(1);
        store.Settle(Key(1), accepted: true);
        Value().ShouldBe(2);
    }

    [Fact]
    public void A_refused_update_leaves_the_old_state()
    {
        Prepare(0, 1);
        store.Settle(Key(0), accepted: true);
        Prepare(1, 2);
        store.Settle(Key(1), accepted: false);
        Value().ShouldBe(1);
    }

    [Theory]
    [InlineData(true, 2f)]
    [InlineData(false, 1f)]
    public void After_a_crash_the_journal_decides(bool acknowledged, float expected)
    {
        Prepare(0, 1);
        store.Settle(Key(0), accepted: true);
        Prepare(1, 2);
        var again = new ClientStateStore(folder.Root, MessageSchemas.Client(TensorLayout.Of(Sets.X(0))));
        again.Recover(key => acknowledged && key == Key(1));
        Value().ShouldBe(expected);
        again.Recover(_ => throw new InvalidOperationException("nothing is pending any more"));
    }

    [Fact]
    public void Answers_that_nobody_took_over_are_gone_after_a_crash()
    {
        Prepare(0, 1);
        File.WriteAllText(store.OutboxPath(Key(0)), "an answer");
        store.Recover(_ => false);
        Directory.EnumerateFiles(folder.Root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void A_receipt_for_other_work_settles_nothing()
    {
        Prepare(1, 2);
        store.Settle(Key(0), accepted: true);
        Value().ShouldBeNull();
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("ä ö")]
    public void No_id_leaves_the_folder(string client)
    {
        var path = Path.GetFullPath(store.OutboxPath(new OrderKey("r", 0, "train", client)));
        Path.GetDirectoryName(Path.GetDirectoryName(path)).ShouldBe(folder.Root);
    }

    [Fact]
    public void Different_ids_never_share_a_name()
    {
        string[] ids = ["a/b", "a%2Fb", "a.b", ".a", "%2Ea", new string('x', 200), new string('x', 201)];
        ids.Select(SafeName.Of).ShouldBeUnique();
    }

    public void Dispose() => folder.Dispose();

    private static OrderKey Key(int version) => new("r", version, "train", "clinic 1");

    private void Prepare(int version, float value) => store.Prepare(Key(version), MessageBody.Empty.WithSection("private", Sets.X(value)));

    private float? Value() => store.Load("clinic 1").Section("private") is { Count: 1 } set ? set.Values()[0] : null;
}
