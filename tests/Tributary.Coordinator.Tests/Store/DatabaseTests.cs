using Microsoft.Data.Sqlite;
using Tributary.Coordinator.Store;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Store;

public sealed class DatabaseTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();

    private string Path => folder.PathOf("coordinator.db");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_written_is_there_when_it_is_opened_again(bool durable)
    {
        using (var database = Database.Open(Path, durable))
        {
            Admit(database, "north");
        }

        using var again = Database.Open(Path, durable);
        again.Read(SiteTable.All).ShouldBe([new Site("north", Noon, null)]);
    }

    [Fact]
    public void What_was_written_outlives_a_process_that_is_killed()
    {
        using var database = Database.Open(Path);
        for (var site = 0; site < 20; site++)
        {
            Admit(database, $"site-{site:D2}");
            var copy = folder.PathOf($"killed-{site}");
            Directory.CreateDirectory(copy);
            foreach (var suffix in new[] { "", "-wal" })
            {
                File.Copy(Path + suffix, System.IO.Path.Combine(copy, "coordinator.db" + suffix));
            }

            using var after = Database.Open(System.IO.Path.Combine(copy, "coordinator.db"));
            after.Read(SiteTable.All).Count.ShouldBe(site + 1);
        }
    }

    [Fact]
    public void A_change_that_fails_changes_nothing()
    {
        using var database = Database.Open(Path);
        Should.Throw<InvalidOperationException>(() => database.Write(to =>
        {
            SiteTable.Admit(to, "north", Noon);
            throw new InvalidOperationException("half way");
        }));
        database.Read(SiteTable.All).ShouldBeEmpty();
        Admit(database, "south");
        database.Read(SiteTable.All).Count.ShouldBe(1);
    }

    [Fact]
    public void Readers_wait_for_no_writer_and_see_nothing_unfinished()
    {
        using var database = Database.Open(Path);
        database.Write(to =>
        {
            SiteTable.Admit(to, "north", Noon);
            Task.Run(() => database.Read(SiteTable.All)).GetAwaiter().GetResult().ShouldBeEmpty();
        });
        database.Read(SiteTable.All).Count.ShouldBe(1);
    }

    [Fact]
    public void Many_writers_at_once_all_get_through()
    {
        using var database = Database.Open(Path);
        Parallel.For(0, 100, number => Admit(database, $"site-{number}"));
        database.Read(SiteTable.All).Count.ShouldBe(100);
    }

    [Fact]
    public void Values_are_never_statements()
    {
        using var database = Database.Open(Path);
        const string hostile = "x'); DROP TABLE sites; --{0}";
        Admit(database, hostile);
        database.Read(from => SiteTable.Find(from, hostile))!.Name.ShouldBe(hostile);
    }

    [Fact]
    public void A_certificate_needs_its_site()
    {
        using var database = Database.Open(Path);
        Should.Throw<RunException>(() => database.Write(to => CertificateTable.Add(to, new CertificateRecord("01", "nobody", Noon, Noon))));
    }

    [Fact]
    public void A_second_process_is_kept_out()
    {
        using var database = Database.Open(Path);
        Should.Throw<RunException>(() => Database.Open(Path)).Message.ShouldContain("another process");
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        Database.Open(Path).Dispose();
        Directly("PRAGMA user_version = 99");
        Should.Throw<InputException>(() => Database.Open(Path)).Message.ShouldContain("newer version of this program (schema 99");
        Directly($"PRAGMA user_version = {Schema.Version}");
        Database.Open(Path).Dispose();
    }

    [Fact]
    public void The_database_of_another_program_is_refused_and_left_alone()
    {
        Directly("CREATE TABLE bookmarks (url TEXT)");
        var before = File.ReadAllBytes(Path);
        Should.Throw<InputException>(() => Database.Open(Path)).Message.ShouldContain("another program");
        File.ReadAllBytes(Path).ShouldBe(before);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        folder.Write("coordinator.db", new string('x', 5000));
        Should.Throw<InputException>(() => Database.Open(Path)).Message.ShouldContain("damaged or no database");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.9)]
    public void A_damaged_database_is_refused(double place)
    {
        using (var database = Database.Open(Path))
        {
            database.Write(to =>
            {
                for (var site = 0; site < 500; site++)
                {
                    SiteTable.Admit(to, $"a-site-with-a-long-name-{site}", Noon);
                }
            });
        }

        var bytes = File.ReadAllBytes(Path);
        var page = (int)(bytes.Length * place) / 4096 * 4096;
        Array.Fill(bytes, (byte)0xa5, page, 4096);
        File.WriteAllBytes(Path, bytes);
        Should.Throw<InputException>(() => Database.Open(Path)).Message.ShouldContain("damaged");
    }

    [Fact]
    public void A_folder_in_its_place_is_said_in_a_line()
    {
        Directory.CreateDirectory(Path);
        Should.Throw<RunException>(() => Database.Open(Path)).Message.ShouldContain("cannot open the database");
    }

    public void Dispose() => folder.Dispose();

    private static void Admit(Database database, string name) => database.Write(to => SiteTable.Admit(to, name, Noon));

    private void Directly(string sql)
    {
        SqliteLibrary.Prepare();
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
