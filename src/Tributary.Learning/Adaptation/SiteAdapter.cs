using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation;

/// <summary>One place of a model where an adapter acts.</summary>
internal interface IAdapterSite
{
    /// <summary>Its tensors: key and shape.</summary>
    IEnumerable<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>The values that training begins from.</summary>
    IEnumerable<HostTensor> Initial(ulong seed);

    /// <summary>Points the place at the tensors' device values, see <see cref="IAdapter.Attach"/>.</summary>
    void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight);
}

/// <summary>An adapter that is the same at each of its places, with modules that are trained whole beside it.</summary>
internal sealed class SiteAdapter : IAdapter
{
    private readonly IAdapterSite[] sites;
    private readonly IReadOnlyList<SavedModule> saved;

    public SiteAdapter(AdapterConfig config, string name, IEnumerable<IAdapterSite> sites, IReadOnlyList<SavedModule> saved)
    {
        (Config, Name, this.sites, this.saved) = (config, name, [.. sites], saved);
        Tensors = [.. this.sites.SelectMany(site => site.Tensors), .. saved.SelectMany(module => module.Tensors)];
    }

    public AdapterConfig Config { get; }

    public string Name { get; }

    public IReadOnlyList<(TensorKey Key, int[] Shape)> Tensors { get; }

    public ParameterSet Initial(LanguageModel model, ulong seed) => new([.. sites.SelectMany(site => site.Initial(seed)), .. saved.SelectMany(module => module.Initial())]);

    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight = 1)
    {
        foreach (var site in sites)
        {
            site.Attach(set, find, weight);
        }

        foreach (var module in saved)
        {
            module.Attach(set, find, weight);
        }
    }
}
