using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Parts.Sharings;
using Tributary.Federation.Rounds;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Clients;

/// <summary>A first look at a client's rows: the gradient of one batch at the values that training begins from.</summary>
internal static class GradientProbe
{
    /// <summary>Answers <see cref="Exchange.Probe"/>: what the units of the model mean to the client. Its state stays as it is.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="received">The download.</param>
    /// <param name="kept">The client's state.</param>
    /// <param name="initial">The adaptation's own initialisation.</param>
    /// <param name="model">The model; whatever values it holds are overwritten.</param>
    /// <param name="data">The client's samples.</param>
    /// <exception cref="InputException">The client has no data.</exception>
    public static LocalResult Run(WorkOrder order, MessageBody received, MessageBody kept, ParameterSet initial, IClientModel model, TokenizedDataset data)
    {
        var layers = LayerRules.Probed(order.Method.Capacity) ?? throw new ArgumentException("nothing to probe for");
        LocalProgramRunner.RequireRows(order, data);
        var values = InitialisationRules.StartOf(order, received, kept, initial, model.Initial);
        model.Trainable.Write(values);
        var (rows, _) = ClientReports.Split(data, order.Method.LocalProgram.Withheld, order.Seed);
        var told = LayerRules.Probe(layers.Rule, LayerRules.UnitsOf(layers, order.Method, TensorLayout.Of(values)), Gradient(order, model, rows), values);
        return new LocalResult(MessageBody.Empty.WithSection(MessageBody.Scores, new ParameterSet([told])), MessageBody.Empty);
    }

    /// <summary>The gradient of what is trained. The model holds the values at which it is found.</summary>
    public static ParameterSet Gradient(WorkOrder order, IClientModel model, TokenizedDataset data)
    {
        var stream = PhiloxStream.Root(order.Seed).Child("probe").Child(order.Client).Child(order.Version);
        var rows = new TokenRows();
        data.Fill(rows, new BatchOrder(stream.Child("order"), data.Count, order.Method.LocalProgram.Phases[0].BatchSize).Batch(0), stream.Child("hidden").Key);
        model.DropoutKey = stream.Child("dropout").Key;
        model.Trainable.ZeroGradient();
        model.AddGradient(rows);
        return model.Trainable.ReadGradient().Where(key => SharingRules.IsTrained(order.Method.Sharing, key));
    }
}
