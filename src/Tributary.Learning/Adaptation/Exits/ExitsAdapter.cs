using System.Globalization;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Exits;

/// <summary>Exits resolved against a model: for each a weight [width, width] and a bias [width], which begin as zeros, so that rows pass as they are.</summary>
public sealed class ExitsAdapter : IAdapter
{
    /// <summary>The role of all their tensors; the layer is the block that an exit stands behind.</summary>
    public const string Role = "exit";

    private readonly IReadOnlyList<int> blocks;

    /// <summary>Places them.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="blocks">Behind how many blocks there is one.</param>
    /// <param name="width">The model's width.</param>
    /// <param name="name">The adapter's name.</param>
    public ExitsAdapter(ExitsConfig config, IReadOnlyList<int> blocks, int width, string name)
    {
        (Config, Name, this.blocks) = (config, name, blocks);
        Tensors = [.. blocks.SelectMany(number => new[] { (Key(number, "weight"), (int[])[width, width]), (Key(number, "bias"), [width]) })];
    }

    /// <inheritdoc/>
    public AdapterConfig Config { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>Whether there is an exit behind so many blocks.</summary>
    public bool IsBehind(int number) => blocks.Contains(number);

    /// <inheritdoc/>
    public ParameterSet Initial(LanguageModel model, ulong seed) => new(Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape)));

    /// <inheritdoc/>
    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var number in blocks)
        {
            set.Add(number, new Exit(find(Key(number, "weight")), find(Key(number, "bias")), weight));
        }
    }

    private TensorKey Key(int number, string part) =>
        new(TensorKey.MainModel, Name, number - 1, Role, string.Create(CultureInfo.InvariantCulture, $"exits.{number - 1}.{part}"));
}
