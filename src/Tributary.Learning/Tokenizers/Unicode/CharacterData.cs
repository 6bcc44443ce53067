using System.Globalization;
using System.Text;

namespace Tributary.Learning.Tokenizers.Unicode;

/// <summary>
/// Decompositions, compositions and combining classes of Unicode 15.0, carried along: what a text becomes must not depend on the libraries of a machine.
/// Hangul syllables are computed (Unicode Standard, section 3.12).
/// </summary>
internal static class CharacterData
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static readonly Dictionary<int, int[]> Canonical = [];
    private static readonly Dictionary<int, int[]> Compatible = [];
    private static readonly Dictionary<(int First, int Second), int> Composites = [];
    private static readonly Dictionary<int, byte> Classes = [];

    static CharacterData()
    {
        using var stream = typeof(CharacterData).Assembly.GetManifestResourceStream("Tributary.Learning.decompositions.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            Read(line);
        }

        foreach (var character in Canonical.Keys.ToArray())
        {
            Canonical[character] = [.. Canonical[character].SelectMany(part => Expanded(part, Canonical))];
        }

        foreach (var character in Compatible.Keys.ToArray())
        {
            Compatible[character] = [.. Compatible[character].SelectMany(part => Expanded(part, Compatible))];
        }
    }

    /// <summary>Canonical combining class: 0 begins a cluster.</summary>
    public static int ClassOf(int character) => character < 0x300 ? 0 : Classes.GetValueOrDefault(character);

    /// <summary>Appends the full decomposition of a character, which may be the character itself.</summary>
    public static void Decompose(int character, bool compatibility, List<int> parts)
    {
        var syllable = character - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Trails)
        {
            parts.Add(LeadBase + (syllable / (Vowels * Trails)));
            parts.Add(VowelBase + (syllable / Trails % Vowels));
            if (syllable % Trails > 0)
            {
                parts.Add(TrailBase + (syllable % Trails));
            }
        }
        else if ((compatibility ? Compatible : Canonical).TryGetValue(character, out var known))
        {
            parts.AddRange(known);
        }
        else
        {
            parts.Add(character);
        }
    }

    /// <summary>The one character that two neighbours compose to, or null.</summary>
    public static int? Compose(int first, int second)
    {
        var (lead, vowel) = (first - LeadBase, second - VowelBase);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            return SyllableBase + (((lead * Vowels) + vowel) * Trails);
        }

        var (syllable, trail) = (first - SyllableBase, second - TrailBase);
        if (syllable is >= 0 and < Leads * Vowels * Trails && syllable % Trails == 0 && trail is > 0 and < Trails)
        {
            return first + trail;
        }

        return Composites.TryGetValue((first, second), out var composite) ? composite : null;
    }

    private static void Read(string line)
    {
        var fields = line.Split(' ');
        switch (fields[0])
        {
            case "#":
                break;
            case "M":
                var ends = fields[1].Split('-').Select(Hex).ToArray();
                for (var character = ends[0]; character <= ends[1]; character++)
                {
                    Classes[character] = byte.Parse(fields[2], CultureInfo.InvariantCulture);
                }

                break;
            default:
                int[] parts = [.. fields.Skip(2).Select(Hex)];
                Compatible[Hex(fields[1])] = parts;
                if (fields[0] != "K")
                {
                    Canonical[Hex(fields[1])] = parts;
                }

                if (fields[0] == "C")
                {
                    Composites[(parts[0], parts[1])] = Hex(fields[1]);
                }

                break;
        }
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static IEnumerable<int> Expanded(int character, Dictionary<int, int[]> table) =>
        table.TryGetValue(character, out var parts) ? parts.SelectMany(part => Expanded(part, table)) : [character];
}
