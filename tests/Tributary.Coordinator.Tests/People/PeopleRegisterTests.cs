using System.Text;
using Tributary.Coordinator.People;
using Tributary.Coordinator.Store;
using Tributary.Coordinator.Tests.Store;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.People;

public sealed class PeopleRegisterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();
    private Database database;

    public PeopleRegisterTests() => database = Database.Open(folder.PathOf("coordinator.db"));

    private PeopleRegister People => new(database, time);

    [Fact]
    public void A_token_stands_for_its_person_and_role_also_after_a_restart()
    {
        var (owner, viewer) = (People.Add("ada", Role.Owner), People.Add("bob", Role.Viewer));
        Restart();
        People.Find(owner).ShouldBe(new Person("ada", Role.Owner, time.Now, null));
        People.Find(viewer).ShouldBe(new Person("bob", Role.Viewer, time.Now, null));
    }

    [Fact]
    public void A_token_of_another_person_or_changed_in_any_character_is_nobodys()
    {
        var (ada, bob) = (People.Add("ada", Role.Owner), People.Add("bob", Role.Viewer));
        People.Find("ada" + bob[3..]).ShouldBeNull();
        for (var place = 0; place < ada.Length; place++)
        {
            var changed = new StringBuilder(ada) { [place] = ada[place] == 'A' ? 'B' : 'A' }.ToString();
            People.Find(changed).ShouldBeNull(changed);
        }
    }

    public static TheoryData<string?> Strange => [null, "", ".", "ada", "ada.", ".x", "ada." + new string('A', 43), "nobody." + new string('A', 43), new string('.', 100_000), "ada.\ud800"];

    [Theory]
    [MemberData(nameof(Strange))]
    public void A_token_that_was_never_made_is_nobodys(string? token)
    {
        People.Add("ada", Role.Owner);
        People.Find(token).ShouldBeNull();
    }

    [Fact]
    public void A_revoked_token_is_nobodys_and_its_person_may_get_another()
    {
        People.Add("ada", Role.Owner);
        var old = People.Add("bob", Role.Owner);
        Should.Throw<InputException>(() => People.Add("bob", Role.Viewer)).Message.ShouldContain("already");
        People.Revoke("bob").ShouldBeTrue();
        People.Revoke("bob").ShouldBeFalse();
        Restart();
        People.Find(old).ShouldBeNull();

        var token = People.Add("bob", Role.Viewer);
        People.Find(token)!.Role.ShouldBe(Role.Viewer);
        People.Find(old).ShouldBeNull();
        People.All.Select(person => person.Name).ShouldBe(["ada", "bob"]);
    }

    [Fact]
    public void The_last_owner_stays()
    {
        var token = People.Add("ada", Role.Owner);
        People.Add("bob", Role.Viewer);
        Should.Throw<InputException>(() => People.Revoke("ada")).Message.ShouldContain("last owner");
        People.Find(token).ShouldNotBeNull();
        People.Add("eve", Role.Owner);
        People.Revoke("ada").ShouldBeTrue();
        Should.Throw<InputException>(() => People.Revoke("eve"));
    }

    [Theory]
    [MemberData(nameof(PlainNameTests.Hostile), MemberType = typeof(PlainNameTests))]
    public void A_person_of_a_hostile_name_is_not_added(string? name)
    {
        Should.Throw<InputException>(() => People.Add(name!, Role.Viewer));
        People.All.ShouldBeEmpty();
    }

    [Fact]
    public void The_files_hold_no_token()
    {
        var secret = People.Add("ada", Role.Owner)[4..];
        database.Dispose();
        foreach (var file in Directory.GetFiles(folder.Root))
        {
            File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)).ShouldBe(-1, file);
        }
    }

    public void Dispose()
    {
        database.Dispose();
        folder.Dispose();
    }

    private void Restart()
    {
        database.Dispose();
        database = Database.Open(folder.PathOf("coordinator.db"));
    }
}
