using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.State;

/// <summary>The spooled updates of one exchange, in the order given. Few stay open; of many, each is opened for the read and closed again.</summary>
public sealed class SpoolReader(IReadOnlyList<string> paths, MessageSchema schema) : IUpdateSource, IDisposable
{
    private const int MostOpen = 256;
    private readonly Lazy<MessageFile>[] open = [.. paths.Select(path => new Lazy<MessageFile>(() => MessageFile.Open(path, schema)))];

    /// <inheritdoc/>
    public int Count => paths.Count;

    /// <inheritdoc/>
    public bool Contains(int index, string section, TensorKey key) => With(index, file => file.Contains(section, key));

    /// <inheritdoc/>
    public TensorPart? PartOf(int index, string section, TensorKey key) => With(index, file => file.PartOf(section, key));

    /// <inheritdoc/>
    public void Read(int index, string section, TensorKey key, long start, Span<float> destination)
    {
        if (paths.Count <= MostOpen)
        {
            open[index].Value.Read(section, key, start, destination);
            return;
        }

        using var file = MessageFile.Open(paths[index], schema);
        file.Read(section, key, start, destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in open.Where(file => file.IsValueCreated))
        {
            file.Value.Dispose();
        }
    }

    private T With<T>(int index, Func<MessageFile, T> read)
    {
        if (paths.Count <= MostOpen)
        {
            return read(open[index].Value);
        }

        using var file = MessageFile.Open(paths[index], schema);
        return read(file);
    }
}
