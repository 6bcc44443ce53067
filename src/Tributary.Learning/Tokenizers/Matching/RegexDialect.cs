using System.Globalization;
using System.Text;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>
/// Rewrites a regular expression of a tokenizer.json (Oniguruma's Ruby syntax) so that .NET takes it in the same sense. What .NET would silently take in another
/// sense is refused; what it does not know, it refuses itself.
/// </summary>
internal sealed class RegexDialect(string pattern, string place)
{
    private const string Word = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u00B2\u00B3\u00B9\u00BC-\u00BE";
    private const string HexDigit = "0-9a-fA-F";

    private readonly StringBuilder result = new();
    private readonly Stack<int> groups = new();
    private int at;
    private int atom; // where the last atom begins in the result

    /// <summary>The expression for .NET.</summary>
    /// <exception cref="InputException">It uses what is not supported.</exception>
    public string Translate()
    {
        while (at < pattern.Length)
        {
            switch (pattern[at])
            {
                case '\\':
                    atom = result.Length;
                    result.Append(Escape(inClass: false));
                    break;
                case '[':
                    atom = result.Length;
                    at++;
                    result.Append('[').Append(Class()).Append(']');
                    break;
                case '(':
                    groups.Push(result.Length);
                    Open();
                    break;
                case ')':
                    atom = groups.TryPop(out var start) ? start : 0;
                    result.Append(pattern[at++]);
                    break;
                case '?' or '*' or '+':
                    Quantifier();
                    break;
                default:
                    atom = result.Length;
                    result.Append(Plain());
                    break;
            }
        }

        return result.ToString();
    }

    private char Plain() => char.IsSurrogate(pattern[at])
        ? throw Refused("characters beyond the basic plane")
        : pattern[at++];

    private void Quantifier()
    {
        var quantifier = pattern[at++];
        result.Append(quantifier);
        if (at < pattern.Length && pattern[at] == '+')
        {
            at++;
            result.Insert(atom, "(?>").Append(')'); // possessive: what it took is not given back
        }
    }

    private void Open()
    {
        var end = at + 2;
        while (end < pattern.Length && (char.IsAsciiLetter(pattern[end]) || pattern[end] == '-'))
        {
            end++;
        }

        var hasFlags = at + 1 < pattern.Length && pattern[at + 1] == '?' && end > at + 2 && end < pattern.Length && pattern[end] is ':' or ')';
        if (!hasFlags)
        {
            result.Append(pattern[at++]);
            return;
        }

        var flags = pattern[(at + 2)..end];
        if (flags.Contains('x'))
        {
            throw Refused("free spacing (?x)");
        }

        result.Append("(?").Append(flags.Replace('m', 's'));
        at = end;
    }

    // Up to the closing bracket, which it passes.
    private string Class()
    {
        var items = new StringBuilder();
        if (at < pattern.Length && pattern[at] == '^')
        {
            items.Append(pattern[at++]);
        }

        for (var first = true; ; first = false)
        {
            if (at >= pattern.Length)
            {
                throw Refused("a class without its closing bracket");
            }

            if (pattern[at] == ']' && !first)
            {
                at++;
                return items.ToString();
            }

            items.Append(ClassItem());
        }
    }

    private string ClassItem()
    {
        switch (pattern[at])
        {
            case '\\':
                return Escape(inClass: true);
            case ']':
                at++;
                return @"\]";
            case '&' when at + 1 < pattern.Length && pattern[at + 1] == '&':
                throw Refused("an intersection of classes (&&)");
            case '[' when at + 1 < pattern.Length && pattern[at + 1] is '^' or ':':
                throw Refused("a negated or named class within a class");
            case '[' when pattern[at - 1] == '-':
                throw Refused("a class after '-' within a class");
            case '[':
                at++;
                return Class(); // a union
            default:
                return Plain().ToString();
        }
    }

    private string Escape(bool inClass)
    {
        var c = at + 1 < pattern.Length ? pattern[at + 1] : throw Refused("a lone backslash at its end");
        at += 2;
        return c switch
        {
            'w' => inClass ? Word : $"[{Word}]",
            'h' => inClass ? HexDigit : $"[{HexDigit}]",
            'W' or 'H' when inClass => throw Refused($"\\{c} within a class"),
            'W' => $"[^{Word}]",
            'H' => $"[^{HexDigit}]",
            'x' when at < pattern.Length && pattern[at] == '{' => CodePoint(),
            'p' or 'P' when at < pattern.Length && pattern[at] == '{' => Property(c),
            _ when char.IsSurrogate(c) => throw Refused("characters beyond the basic plane"),
            _ => $"\\{c}",
        };
    }

    private string CodePoint()
    {
        var digits = Braced();
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 0xFFFF
            ? $"\\u{value:X4}"
            : throw Refused($"the character \\x{{{digits}}}");
    }

    private string Property(char sign) => $"\\{sign}{{{Braced()}}}";

    private string Braced()
    {
        var end = pattern.IndexOf('}', at);
        var content = end > at ? pattern[(at + 1)..end] : throw Refused("an open brace");
        at = end + 1;
        return content;
    }

    private InputException Refused(string what) => new($"{place}: the regular expression uses {what} at character {at}, which is not supported; write it in another way");
}
