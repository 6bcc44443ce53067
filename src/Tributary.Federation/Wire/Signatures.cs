using System.Globalization;
using System.Text;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Wire;

/// <summary>What is signed: with a purpose in front, so that no signature of one thing is one of another.</summary>
public static class Signatures
{
    /// <summary>An order with the body that goes with it, signed by the authority.</summary>
    public static byte[] OfOrder(string order, BodyReference body) =>
        Bytes("order", order, body.Length.ToString(CultureInfo.InvariantCulture), body.Sha256);

    /// <summary>An update, signed by its site.</summary>
    /// <param name="key">Which piece of work it answers.</param>
    /// <param name="sha256">SHA-256 of the body in lower-case hex.</param>
    public static byte[] OfUpdate(OrderKey key, string sha256) =>
        Bytes("update", key.Run, key.Version.ToString(CultureInfo.InvariantCulture), key.Exchange, key.Client, sha256);

    // Each part with its length before it: no two lists give the same bytes.
    private static byte[] Bytes(string purpose, params IEnumerable<string> parts)
    {
        var text = new StringBuilder("tributary/").Append(purpose);
        foreach (var part in parts)
        {
            text.Append('\n').Append(Encoding.UTF8.GetByteCount(part).ToString(CultureInfo.InvariantCulture)).Append(':').Append(part);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
