using System.Text;

namespace Tributary.Reports.Markup;

/// <summary>Builds HTML and SVG whose texts are always escaped: tags come from this code, everything else goes through <see cref="Text"/> or an attribute.</summary>
internal sealed class Html
{
    private readonly StringBuilder builder = new();

    /// <summary>Opens an element; <paramref name="attributes"/> are (name, value) pairs and values of null are left out.</summary>
    public Html Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes) => Tag(tag, attributes, ">");

    /// <summary>Closes an element.</summary>
    public Html Close(string tag)
    {
        builder.Append("</").Append(tag).Append('>');
        return this;
    }

    /// <summary>An element without content.</summary>
    public Html Empty(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes) => Tag(tag, attributes, "/>");

    /// <summary>Escaped text.</summary>
    public Html Text(string text)
    {
        Escape(text);
        return this;
    }

    /// <summary>An element that holds one text.</summary>
    public Html Element(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes) => Open(tag, attributes).Text(text).Close(tag);

    /// <summary>A part made by another builder, or a constant of this code.</summary>
    public Html Raw(string markup)
    {
        builder.Append(markup);
        return this;
    }

    /// <summary>A line break in the source, for people who read it.</summary>
    public Html Line()
    {
        builder.Append('\n');
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => builder.ToString();

    private Html Tag(string tag, ReadOnlySpan<(string Name, string? Value)> attributes, string end)
    {
        builder.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                builder.Append(' ').Append(name).Append("=\"");
                Escape(value);
                builder.Append('"');
            }
        }

        builder.Append(end);
        return this;
    }

    private void Escape(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                builder.Append(c).Append(text[++i]);
                continue;
            }

            Append(c);
        }

        StringBuilder Append(char c) => c switch
        {
            '&' => builder.Append("&amp;"),
            '<' => builder.Append("&lt;"),
            '>' => builder.Append("&gt;"),
            '"' => builder.Append("&quot;"),
            '\'' => builder.Append("&#39;"),
            '\n' or '\t' => builder.Append(c),
            '\r' => builder,
            _ when char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE' => builder.Append('\uFFFD'),
            _ => builder.Append(c),
        };
    }
}
