using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>Updates of base weights on the device, at modules that have LoRA: they act in every pass and no gradient reaches them.</summary>
internal sealed class FixedBase : IDisposable
{
    private readonly List<DeviceBuffer> buffers = [];
    private readonly List<Action<AdapterSet>> places = [];

    /// <summary>Uploads the updates.</summary>
    /// <exception cref="InputException">An update is of no module that has LoRA.</exception>
    public FixedBase(IBackend backend, IEnumerable<LoraSite> sites, ParameterSet updates)
    {
        Updates = updates;
        var placed = 0;
        foreach (var site in sites)
        {
            var update = site.BaseUpdate;
            if (updates.TryGet(update.Whole, out var whole))
            {
                placed++;
                Place(site.Module, Upload(backend, site.Module is Embedding ? Transposed(whole) : whole));
            }
            else if (updates.TryGet(update.A, out var a))
            {
                placed += 2;
                Place(site.Module, Upload(backend, a), Upload(backend, updates[update.B]));
            }
        }

        if (placed != updates.Count)
        {
            Dispose();
            throw new InputException("the base's updates are not of the modules that have LoRA here; use the adaptation of the run they come from");
        }
    }

    /// <summary>The updates.</summary>
    public ParameterSet Updates { get; }

    /// <summary>Makes them act in front of what is attached later.</summary>
    public void Attach(AdapterSet set) => places.ForEach(attach => attach(set));

    /// <inheritdoc/>
    public void Dispose() => buffers.ForEach(buffer => buffer.Dispose());

    private void Place(IWeightedModule module, Parameter whole) => places.Add(module is Embedding embedding
        ? set => set.Add(embedding, new WholeEmbeddingBranch(whole))
        : set => set.Add((Linear)module, new WholeBranch(whole)));

    private void Place(IWeightedModule module, Parameter a, Parameter b) => places.Add(module is Embedding embedding
        ? set => set.Add(embedding, new LoraEmbeddingBranch(a, b, 1))
        : set => set.Add((Linear)module, new LoraBranch(a, b, 1, 0)));

    private Parameter Upload(IBackend backend, HostTensor tensor)
    {
        var buffer = backend.Allocate(tensor.Values.Length);
        buffers.Add(buffer);
        var matrix = buffer.AsMatrix(tensor.Shape[0], tensor.Shape[1]);
        backend.Upload(tensor.Values, matrix);
        return new Parameter(tensor.Key, tensor.Shape, matrix);
    }

    private static HostTensor Transposed(HostTensor tensor) =>
        new(tensor.Key, [tensor.Shape[1], tensor.Shape[0]], LoraPair.Matrix(tensor).Transposed().ToSingles());

    /// <summary>y + x Wᵀ.</summary>
    private sealed class WholeBranch(Parameter weight) : IBranch
    {
        public Var Leave(Pass pass, Var x, Var y)
        {
            var update = pass.Tape.Linear(x, new LinearWeight(null, pass.Tape.Use(weight), inputsFirst: false));
            var sum = pass.Tape.AddResidual(y, update);
            pass.Tape.Release(update);
            return sum;
        }
    }

    /// <summary>y + table[ids].</summary>
    private sealed class WholeEmbeddingBranch(Parameter table) : IEmbeddingBranch
    {
        public Var Apply(Pass pass, ReadOnlyMemory<int> ids, Var y) => pass.Tape.Embed(null, pass.Tape.Use(table), ids, addTo: y);
    }
}
