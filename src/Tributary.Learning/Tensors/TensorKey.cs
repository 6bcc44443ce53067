namespace Tributary.Learning.Tensors;

/// <summary>
/// Which tensor: the named model and adapter it belongs to, its block (−1 outside the blocks), its role ("lora_A", "lora_B", "head", "bias", "weight"…) and its name in
/// the ecosystem's own spelling (PEFT for adapters, Hugging Face for base tensors). (Model, Adapter, Name) is unique; role and layer are there to be selected by.
/// </summary>
public readonly record struct TensorKey(string Model, string Adapter, int Layer, string Role, string Name) : IComparable<TensorKey>
{
    /// <summary>The model's name when an experiment has only one.</summary>
    public const string MainModel = "main";

    /// <summary>The adapter's name when a model has only one.</summary>
    public const string DefaultAdapter = "default";

    /// <summary>Orders by model, adapter and name, ordinally: the one order in which tensors are stored, sent and joined.</summary>
    public int CompareTo(TensorKey other)
    {
        var order = string.CompareOrdinal(Model, other.Model);
        order = order != 0 ? order : string.CompareOrdinal(Adapter, other.Adapter);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>The name under which the tensor travels: the plain name for the only adapter of the main model, else with model and adapter in front.</summary>
    public string WireName => Model == MainModel && Adapter == DefaultAdapter ? Name : $"{Model}/{Adapter}/{Name}";
}
