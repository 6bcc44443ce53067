using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Coordinator.Audit;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    private string Path => folder.PathOf("audit.log");

    [Fact]
    public void A_line_says_who_did_what_and_when()
    {
        using var log = AuditLog.Open(Path, time);
        log.Append("ada", "site.revoke", "north", new JsonObject { ["reason"] = "withdrew", ["certificates"] = 2 });
        var json = JsonNode.Parse(Lines().ShouldHaveSingleItem()[65..])!;
        json.ToJsonString().ShouldBe(
            """{"sequence":1,"time":"2026-03-01T12:00:00Z","actor":"ada","action":"site.revoke","subject":"north","details":{"reason":"withdrew","certificates":2}}""");
    }

    [Fact]
    public void Every_line_begins_with_the_hash_of_the_one_before_and_itself()
    {
        Write(3);
        var previous = new string('0', 64);
        foreach (var line in Lines())
        {
            line[..64].ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(previous + line[65..]))));
            previous = line[..64];
        }
    }

    [Fact]
    public void It_goes_on_where_it_ended()
    {
        Write(2);
        Write(3);
        AuditFile.Verify(Path).Sequence.ShouldBe(5);
    }

    [Fact]
    public void It_is_checked_and_copied_while_it_is_written()
    {
        using var log = AuditLog.Open(Path, time);
        log.Append("ada", "run.start", "one");
        AuditFile.Verify(Path).ShouldBe(log.Head);
        File.Copy(Path, folder.PathOf("copy.log"));
        log.Append("ada", "run.stop", "one");
        AuditFile.Verify(folder.PathOf("copy.log")).Sequence.ShouldBe(1);
        AuditFile.Verify(Path).ShouldBe(log.Head);
    }

    [Fact]
    public void Texts_from_outside_stay_within_their_line()
    {
        using var log = AuditLog.Open(Path, time);
        log.Append("north\n{\"sequence\":2}", "a\0b", "\u2028\u202e\ud800", new JsonObject { ["x\"\n"] = "\r\n</script>" });
        Lines().ShouldHaveSingleItem();
        AuditFile.Verify(Path).Sequence.ShouldBe(1);
    }

    [Fact]
    public void Many_at_once_are_all_there()
    {
        using (var log = AuditLog.Open(Path, time))
        {
            Parallel.For(0, 200, number => log.Append("ada", "run.look", $"{number}"));
        }

        AuditFile.Verify(Path).Sequence.ShouldBe(200);
        Lines().Select(line => JsonNode.Parse(line[65..])!["subject"]!.GetValue<string>()).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public void Cut_at_any_byte_of_its_last_line_it_goes_on_from_the_whole_lines()
    {
        Write(3);
        var whole = File.ReadAllBytes(Path);
        var kept = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (var length = kept; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            using (var log = AuditLog.Open(Path, time))
            {
                log.Head.Sequence.ShouldBe(2);
                log.Append("ada", "run.start", "again");
            }

            AuditFile.Verify(Path).Sequence.ShouldBe(3);
        }
    }

    [Fact]
    public void One_changed_byte_anywhere_is_found_in_its_line()
    {
        Write(4);
        var whole = File.ReadAllBytes(Path);
        for (var place = 0; place < whole.Length - 1; place++)
        {
            var changed = (byte[])whole.Clone();
            changed[place] ^= 0x01;
            var line = 1 + whole.AsSpan(0, place).Count((byte)'\n');
            File.WriteAllBytes(Path, changed);
            Should.Throw<InputException>(() => AuditFile.Verify(Path), $"byte {place}").Message.ShouldContain($": line {line} ");
            Should.Throw<InputException>(() => AuditLog.Open(Path, time), $"byte {place}").Message.ShouldContain($": line {line} ");
        }
    }

    [Fact]
    public void A_line_removed_added_swapped_or_cut_is_found()
    {
        Write(5);
        var lines = Lines();
        Found(3, [.. lines[..2], .. lines[3..]]);
        Found(1, lines[1..]);
        Found(4, [.. lines[..3], lines[2], .. lines[3..]]);
        Found(2, [lines[0], lines[2], lines[1], .. lines[3..]]);
        Found(3, [.. lines[..2], lines[2][..^1], .. lines[3..]]);
        Found(3, [.. lines[..2], lines[2][..20], .. lines[3..]]);
        Found(3, [.. lines[..2], "", .. lines[2..]]);
        Found(6, [.. lines, ""]);
    }

    [Fact]
    public void A_last_line_without_its_end_is_found_offline()
    {
        Write(2);
        File.WriteAllText(Path, File.ReadAllText(Path)[..^1]);
        Should.Throw<InputException>(() => AuditFile.Verify(Path)).Message.ShouldContain("line 2 is cut short");
    }

    [Fact]
    public void Who_noted_a_head_down_finds_what_is_missing_at_the_end_and_a_log_written_anew()
    {
        Write(3);
        var known = AuditFile.Verify(Path);
        Write(2);
        AuditFile.Verify(Path, known).Sequence.ShouldBe(5);
        AuditFile.Verify(Path, AuditHead.Beginning).Sequence.ShouldBe(5);

        File.WriteAllText(Path, string.Join('\n', Lines()[..2]) + "\n");
        AuditFile.Verify(Path).Sequence.ShouldBe(2);
        Should.Throw<InputException>(() => AuditFile.Verify(Path, known)).Message.ShouldContain("line 3 is missing: the log once had 3");

        File.Delete(Path);
        time.Now += TimeSpan.FromSeconds(1);
        Write(4);
        Should.Throw<InputException>(() => AuditFile.Verify(Path, known)).Message.ShouldContain("line 3 is not the one noted down");
    }

    [Fact]
    public void A_line_without_end_is_refused_in_bounded_memory()
    {
        using (var stream = File.Create(Path))
        {
            stream.SetLength(4L << 30); // a hole: takes no room
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<InputException>(() => AuditFile.Verify(Path)).Message.ShouldContain("line 1 is too long");
        Should.Throw<InputException>(() => AuditLog.Open(Path, time)).Message.ShouldContain("line 1 is too long");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2_000_000);
        new FileInfo(Path).Length.ShouldBe(4L << 30);
    }

    [Fact]
    public void An_entry_too_long_to_be_read_again_is_not_written()
    {
        using var log = AuditLog.Open(Path, time);
        Should.Throw<ArgumentException>(() => log.Append("ada", "run.create", new string('x', AuditLine.Longest)));
        log.Append("ada", "run.create", "one");
        AuditFile.Verify(Path).Sequence.ShouldBe(1);
    }

    [Fact]
    public void The_longest_entry_can_be_read_again()
    {
        using var log = AuditLog.Open(Path, time);
        log.Append("ada", "run.create", "");
        var longest = AuditLine.Longest - (int)new FileInfo(Path).Length;
        log.Append("ada", "run.create", new string('x', longest));
        Should.Throw<ArgumentException>(() => log.Append("ada", "run.create", new string('x', longest + 1)));
        AuditFile.Verify(Path).ShouldBe(log.Head);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said_in_a_line() =>
        Should.Throw<RunException>(() => AuditLog.Open(System.IO.Path.Combine(folder.Write("file", ""), "audit.log"), time)).Message.ShouldContain("cannot open the audit log");

    [Fact]
    public void A_missing_file_is_said_in_a_line() => Should.Throw<InputException>(() => AuditFile.Verify(Path)).Message.ShouldContain("cannot read the audit log");

    public void Dispose() => folder.Dispose();

    private void Write(int entries)
    {
        using var log = AuditLog.Open(Path, time);
        for (var entry = 0; entry < entries; entry++)
        {
            log.Append("ada", "run.start", $"run-{entry}");
        }
    }

    private string[] Lines()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd('\n').Split('\n');
    }

    private void Found(int line, string[] lines)
    {
        var path = folder.PathOf("changed.log");
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        Should.Throw<InputException>(() => AuditFile.Verify(path)).Message.ShouldContain($": line {line} ");
        Should.Throw<InputException>(() => AuditLog.Open(path, time)).Message.ShouldContain($": line {line} ");
    }
}
