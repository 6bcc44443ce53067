using Tributary.Federation.Messages;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.State;

/// <summary>Everything the server carries from version to version.</summary>
/// <param name="Version">Number of committed rounds.</param>
/// <param name="Body">The global model in the section "parameters", and whatever the server step keeps.</param>
public sealed record ServerState(int Version, MessageBody Body)
{
    /// <summary>The state before the first round, from the model and what updates of base weights come with it.</summary>
    public static ServerState Initial(ParameterSet model)
    {
        var state = new ServerState(0, MessageBody.Empty.WithSection(MessageBody.Parameters, model.Where(key => !BaseUpdate.IsPart(key))));
        var updates = model.Where(BaseUpdate.IsPart);
        return updates.Count == 0 ? state : state.WithSection(MessageBody.Base, updates);
    }

    /// <summary>The global model: every tensor the run trains.</summary>
    public ParameterSet Model => Body.Section(MessageBody.Parameters);

    /// <summary>The shapes of the model.</summary>
    public TensorLayout Layout => TensorLayout.Of(Model);

    /// <summary>Fixed updates of base weights, which the clients' bases have too.</summary>
    public ParameterSet Base => Body.Section(MessageBody.Base);

    /// <summary>What is used: the global model and the updates of base weights.</summary>
    public ParameterSet Served => Base.Count == 0 ? Model : new(Model.Concat(Base));

    /// <summary>The same with what was used at another time.</summary>
    public ServerState WithServed(ParameterSet served)
    {
        var then = Initial(served);
        return WithModel(then.Model).WithSection(MessageBody.Base, then.Base);
    }

    /// <summary>The same with another model.</summary>
    public ServerState WithModel(ParameterSet model) => WithSection(MessageBody.Parameters, model);

    /// <summary>The same with a section put in or replaced.</summary>
    public ServerState WithSection(string name, ParameterSet tensors) => this with { Body = Body.WithSection(name, tensors) };

    /// <summary>The model moved along a direction: x + rate · direction; tensors without a direction stay.</summary>
    public ServerState Advance(ParameterSet direction, double rate) => WithModel(new ParameterSet(Model.Select(tensor =>
    {
        if (!direction.TryGet(tensor.Key, out var along))
        {
            return tensor;
        }

        var moved = HostTensor.Zeros(tensor.Key, tensor.Shape);
        for (var i = 0; i < moved.Values.Length; i++)
        {
            moved.Values[i] = (float)(tensor.Values[i] + (rate * along.Values[i]));
        }

        return moved;
    })));
}
