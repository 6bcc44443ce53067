using System.Buffers.Binary;
using System.Text;

namespace Tributary.Learning.Tests.Safetensors;

/// <summary>Hand-made files, honest or lying, independent of the writer under test.</summary>
internal static class RawSafetensors
{
    public static byte[] Bytes(string header, int dataBytes, long? claimedLength = null)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, claimedLength ?? text.Length);
        text.CopyTo(file, 8);
        for (var i = 8 + text.Length; i < file.Length; i++)
        {
            file[i] = (byte)i;
        }

        return file;
    }
}
