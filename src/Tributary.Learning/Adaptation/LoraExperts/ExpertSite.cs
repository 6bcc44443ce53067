using System.Globalization;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.LoraExperts;

/// <summary>One adapted linear layer: its shared expert, the others that are held, and the router.</summary>
internal sealed class ExpertSite : IAdapterSite
{
    public const string Prefix = "base_model.model.";
    private readonly Linear module;
    private readonly LoraExpertsConfig config;
    private readonly string adapter;
    private readonly TensorKey router;
    private readonly (TensorKey A, TensorKey B) shared;
    private readonly (TensorKey A, TensorKey B)[] experts;

    public ExpertSite(Linear module, string adapter, LoraExpertsConfig config)
    {
        (this.module, this.adapter, this.config) = (module, adapter, config);
        router = Key(ExpertName.RouterRole, ExpertName.RouterEnd);
        shared = Pair(".shared_expert");
        experts = [.. Enumerable.Range(0, config.Experts).Select(e => Pair(string.Create(CultureInfo.InvariantCulture, $"{ExpertName.ExpertsPart}{e}")))
            .Where(pair => config.Held?.Contains(pair.A.WireName, StringComparer.Ordinal) != false)];
    }

    public IEnumerable<(TensorKey Key, int[] Shape)> Tensors =>
        [(router, [config.Rank, module.Inputs]), .. experts.Prepend(shared).SelectMany(pair => new[] { (pair.A, new[] { config.Rank, module.Inputs }), (pair.B, [module.Outputs, config.Rank]) })];

    /// <summary>Every A and the router uniform in ±1/√inputs and B zero, so that a fresh adapter changes nothing.</summary>
    public IEnumerable<HostTensor> Initial(ulong seed)
    {
        foreach (var (key, shape) in Tensors)
        {
            var tensor = HostTensor.Zeros(key, shape);
            if (key.Role != "lora_B")
            {
                InitialValues.Uniform(tensor, seed, 1 / Math.Sqrt(module.Inputs));
            }

            yield return tensor;
        }
    }

    public void Attach(AdapterSet set, Func<TensorKey, Parameter> find, float weight) => set.Add(module, new ExpertsBranch(
        find(router), (find(shared.A), find(shared.B)), [.. experts.Select(pair => find(pair.A))], [.. experts.Select(pair => find(pair.B))],
        config.Top, weight * config.Scale, (float)config.Dropout));

    private (TensorKey A, TensorKey B) Pair(string name) => (Key("lora_A", name + ".lora_A.weight"), Key("lora_B", name + ".lora_B.weight"));

    private TensorKey Key(string role, string end) => new(TensorKey.MainModel, adapter, module.Layer, role, $"{Prefix}{module.Path}{end}");
}
