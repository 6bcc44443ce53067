using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>
/// Training without federation, by the same local program: each owner alone with as many steps as it would take in the federation, and one model on the union with the
/// steps of all. A finished one is stored, so that a resumed run does not train it again.
/// </summary>
public sealed class Baselines(RunSetup setup, LearnerPools learners, Func<Backbone, ParameterSet> initial, BaselineFiles files)
{
    /// <summary>Trains an owner alone.</summary>
    public Task TrainAloneAsync(OwnerData owner, CancellationToken cancel) =>
        TrainAsync(BaselineFiles.Alone(owner.Id), Catalogue.LocalOnly.Id, owner.Id, owner.Train, 1, cancel);

    /// <summary>Trains the model on the union of all data, with the steps of a whole cohort.</summary>
    public Task TrainPooledAsync(CancellationToken cancel) => TrainAsync(
        BaselineFiles.Pooled, Catalogue.Pooled.Id, CohortRules.Pooled, TokenizedDataset.Join([.. setup.Owners.Select(o => o.Train)]), CohortRules.Joined(setup.Method, setup.Owners.Count), cancel);

    private async Task TrainAsync(string name, string run, string client, TokenizedDataset data, int clients, CancellationToken cancel)
    {
        if (files.Contains(name))
        {
            return;
        }

        var method = setup.Method with
        {
            Sharing = new Sharing.AllShared(),
            Capacity = new Capacity.Uniform(),
            Codec = new Codec(),
            LocalProgram = setup.Method.LocalProgram.WithEveryPhase(phase => phase with { Hooks = [], Losses = [new LossTerm.Task()], Adapters = null, Mixture = null }).ForClients(clients) with { ClassLogits = null, Copies = [], Cut = null },
        };
        var start = ServerState.Initial(initial(setup.Backbones.Of(client)));
        var rounds = checked(setup.Rounds * setup.RoundsAtOnce);
        var order = new WorkOrder(run, 0, rounds, Exchange.Train.Name, client, WorkOrder.CurrentProtocol, setup.Seed, "", "", method, rounds);
        var result = await learners.Of(client).TrainAsync(
            backbone => backbone.With(
                null, null, start.Base, model => LocalProgramRunner.Run(order, start.Body, MessageBody.Empty, start.Model, model, data, cancel)),
            cancel).ConfigureAwait(false);
        files.Write(name, new ParameterSet(result.Answer.Section(MessageBody.Parameters).Concat(start.Base)));
    }
}
