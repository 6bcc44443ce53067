using System.Text;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.Normalizers;

/// <summary>One of the Unicode normalisation forms (UAX 15): decompose, order marks by class, compose.</summary>
internal sealed class UnicodeNormalizer(UnicodeForm form) : INormalizer
{
    private readonly bool compatibility = form is UnicodeForm.Nfkc or UnicodeForm.Nfkd;
    private readonly bool composed = form is UnicodeForm.Nfc or UnicodeForm.Nfkc;

    // Below these nothing decomposes, or nothing that would not be composed again.
    private readonly char settled = form switch
    {
        UnicodeForm.Nfc => '\u0300',
        UnicodeForm.Nfd => '\u00C0',
        _ => '\u00A0',
    };

    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text)
    {
        if (text.Text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(settled - 1)) < 0)
        {
            return text;
        }

        var atoms = Decompose(text.Text);
        Order(atoms);
        if (composed)
        {
            Compose(atoms);
        }

        var result = new AlignedTextBuilder(text);
        foreach (var atom in atoms)
        {
            result.Write(new Rune(atom.Character), atom.From, atom.To);
        }

        return result.Build();
    }

    private List<Atom> Decompose(string text)
    {
        var atoms = new List<Atom>(text.Length);
        var parts = new List<int>();
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            parts.Clear();
            CharacterData.Decompose(rune.Value, compatibility, parts);
            foreach (var part in parts)
            {
                atoms.Add(new Atom(part, CharacterData.ClassOf(part), at, at + rune.Utf16SequenceLength));
            }

            at += rune.Utf16SequenceLength;
        }

        return atoms;
    }

    private static void Order(List<Atom> atoms)
    {
        for (var start = 0; start < atoms.Count; start++)
        {
            var end = start;
            while (end < atoms.Count && atoms[end].Class > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = atoms.GetRange(start, end - start).OrderBy(atom => atom.Class).ToArray(); // stable
                for (var i = 0; i < sorted.Length; i++)
                {
                    atoms[start + i] = sorted[i];
                }
            }

            start = end;
        }
    }

    // A mark composes with the last starter unless one of the same or a higher class stands between.
    private static void Compose(List<Atom> atoms)
    {
        var (kept, starter, lastClass) = (0, -1, 0);
        for (var i = 0; i < atoms.Count; i++)
        {
            var atom = atoms[i];
            var blocked = starter < 0 || (kept - 1 > starter && lastClass >= atom.Class);
            if (!blocked && CharacterData.Compose(atoms[starter].Character, atom.Character) is { } composite)
            {
                atoms[starter] = new Atom(composite, 0, atoms[starter].From, Math.Max(atoms[starter].To, atom.To));
                continue;
            }

            starter = atom.Class == 0 ? kept : starter;
            lastClass = atom.Class;
            atoms[kept++] = atom;
        }

        atoms.RemoveRange(kept, atoms.Count - kept);
    }

    private readonly record struct Atom(int Character, int Class, int From, int To);
}
