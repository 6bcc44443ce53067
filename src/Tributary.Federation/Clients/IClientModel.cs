using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>The model a client trains, as its local program sees it: a gradient over one flat trainable vector.</summary>
public interface IClientModel : IGradient
{
    /// <summary>Where the vector lives.</summary>
    IBackend Backend { get; }

    /// <summary>What is trained.</summary>
    TrainableVector Trainable { get; }

    /// <summary>The values that its adapters' training begins from, a function of the seed alone.</summary>
    ParameterSet Initial(ulong seed);

    /// <summary>Addresses the dropout masks of the next step.</summary>
    ulong DropoutKey { get; set; }
}
