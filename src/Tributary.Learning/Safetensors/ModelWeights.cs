using Tributary.Numerics;

namespace Tributary.Learning.Safetensors;

/// <summary>The weights of a Hugging Face model folder: one <c>model.safetensors</c>, or shards named by an index.</summary>
public sealed class ModelWeights : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private static readonly string[] Pickles = ["pytorch_model.bin", "pytorch_model.bin.index.json", "*.bin", "*.pt", "*.pth", "*.pkl"];
    private readonly IReadOnlyList<SafetensorsFile> _files;
    private readonly Dictionary<string, SafetensorsFile> _fileOf;

    private ModelWeights(string folder, IReadOnlyList<SafetensorsFile> files, Dictionary<string, SafetensorsFile> fileOf)
    {
        Folder = folder;
        _files = files;
        _fileOf = fileOf;
        Names = [.. files.SelectMany(file => file.Entries).Select(entry => entry.Name)];
    }

    /// <summary>The model folder.</summary>
    public string Folder { get; }

    /// <summary>All tensor names: shards in ordinal order of their names, tensors in file order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Paths of the files the weights come from, in the order of <see cref="Names"/>.</summary>
    public IEnumerable<string> Files => _files.Select(file => file.Path);

    /// <summary>Maps the weights of a model folder.</summary>
    /// <exception cref="InputException">No weights, pickled weights, or files that are damaged or contradict the index.</exception>
    public static ModelWeights Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"no model folder {folder}");
        }

        if (File.Exists(Path.Combine(folder, SingleFile)))
        {
            return OpenFiles(folder, [SingleFile], index: null);
        }

        var indexPath = Path.Combine(folder, ShardIndex.FileName);
        if (File.Exists(indexPath))
        {
            var index = ShardIndex.Read(indexPath);
            return OpenFiles(folder, [.. index.FileOfTensor.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], index);
        }

        throw Missing(folder);
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>Header entry of a tensor: type, shape, size.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public TensorEntry Entry(string name) => FileOf(name).Entry(name);

    /// <summary>Dimensions of a tensor, outermost first.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public int[] Shape(string name) => Entry(name).Shape;

    /// <summary>Reads a floating-point tensor into <paramref name="destination"/>, which has exactly its number of elements.</summary>
    public void Read(string name, Span<float> destination) => FileOf(name).Read(name, destination);

    /// <summary>Reads elements <paramref name="start"/> … of a floating-point tensor, as many as <paramref name="destination"/> holds.</summary>
    public void Read(string name, long start, Span<float> destination) => FileOf(name).Read(name, start, destination);

    /// <summary>The values of a floating-point tensor.</summary>
    public float[] ReadFloats(string name) => FileOf(name).ReadFloats(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static ModelWeights OpenFiles(string folder, IReadOnlyList<string> fileNames, ShardIndex? index)
    {
        var files = new List<SafetensorsFile>();
        try
        {
            foreach (var name in fileNames)
            {
                files.Add(SafetensorsFile.Open(Path.Combine(folder, name)));
            }

            var fileOf = Locate(files);
            RequireIndexed(folder, index, fileOf);
            return new ModelWeights(folder, files, fileOf);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    private static Dictionary<string, SafetensorsFile> Locate(List<SafetensorsFile> files)
    {
        var fileOf = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var entry in file.Entries)
            {
                if (!fileOf.TryAdd(entry.Name, file))
                {
                    throw new InputException($"tensor '{entry.Name}' stands in two shards: {fileOf[entry.Name].Path} and {file.Path}");
                }
            }
        }

        return fileOf;
    }

    private static void RequireIndexed(string folder, ShardIndex? index, Dictionary<string, SafetensorsFile> fileOf)
    {
        foreach (var (tensor, shard) in index?.FileOfTensor ?? new Dictionary<string, string>())
        {
            if (!fileOf.TryGetValue(tensor, out var file) || Path.GetFileName(file.Path) != shard)
            {
                throw new InputException($"{Path.Combine(folder, shard)}: no tensor '{tensor}', which {ShardIndex.FileName} expects there; fetch the shard again");
            }
        }
    }

    private static InputException Missing(string folder)
    {
        var pickle = Pickles.SelectMany(pattern => Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)).FirstOrDefault();
        if (pickle is null)
        {
            return new InputException($"{folder}: neither {SingleFile} nor {ShardIndex.FileName}");
        }

        return new InputException(
            $"{pickle}: pickled weights can run code and are never unpickled here; convert them once in the model folder where you trust them: "
            + "python -c \"import torch,safetensors.torch as s;"
            + $"s.save_file({{k:v.clone().contiguous() for k,v in torch.load('{Path.GetFileName(pickle)}',map_location='cpu',weights_only=True).items()}},'{SingleFile}')\"");
    }

    private SafetensorsFile FileOf(string name) =>
        _fileOf.TryGetValue(name, out var file) ? file : throw new InputException($"{Folder}: the weights have no tensor '{name}'");
}
