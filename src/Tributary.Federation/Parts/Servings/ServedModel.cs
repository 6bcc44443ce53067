using Tributary.Federation.Clients;
using Tributary.Learning.Models;
using Tributary.Learning.Training;

namespace Tributary.Federation.Parts.Servings;

/// <summary>A client's model as it uses it in the end. When it is done with, all adapters act again.</summary>
/// <param name="model">Whose values were put in place.</param>
/// <param name="loss">What measures it, where that is not the model itself.</param>
public sealed class ServedModel(IClientModel model, ILoss? loss = null) : ILoss, IDisposable
{
    /// <summary>Whether it is one model for every input: that whose values were put in place.</summary>
    public bool IsOne => loss is null;

    /// <inheritdoc/>
    public double Loss(TokenRows batch) => (loss ?? model).Loss(batch);

    /// <inheritdoc/>
    public void Dispose() => model.Mix(null);
}
