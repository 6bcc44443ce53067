using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>
/// Training without federation, by the same local program: each owner alone with as many steps as it would take in the federation, and one model on the union with the
/// steps of all. A finished one is stored, so that a resumed run does not train it again.
/// </summary>
public sealed class Baselines(RunSetup setup, LearnerPool learners, ParameterSet initial, BaselineFiles files)
{
    private readonly ServerState start = ServerState.Initial(initial);

    /// <summary>Trains an owner alone.</summary>
    public Task TrainAloneAsync(OwnerData owner, CancellationToken cancel) =>
        TrainAsync(BaselineFiles.Alone(owner.Id), Catalogue.LocalOnly.Id, owner.Id, owner.Train, 1, cancel);

    /// <summary>Trains the model on the union of all data, with the steps of a whole cohort.</summary>
    public Task TrainPooledAsync(int cohort, CancellationToken cancel) => TrainAsync(
        BaselineFiles.Pooled, Catalogue.Pooled.Id, "pooled", TokenizedDataset.Join([.. setup.Owners.Select(o => o.Train)]), cohort, cancel);

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
            LocalProgram = setup.Method.LocalProgram.WithEveryPhase(phase => phase with { Budget = StepsOf(phase.Budget, clients), Hooks = [], Losses = [new LossTerm.Task()], Adapters = null, Mixture = null }) with { ClassLogits = null, Copies = [] },
        };
        var order = new WorkOrder(run, 0, setup.Rounds, Exchange.Train.Name, client, WorkOrder.CurrentProtocol, setup.Seed, "", "", method, setup.Rounds);
        var result = await learners.TrainAsync(
            backbone => backbone.With(
                null, null, start.Base, model => LocalProgramRunner.Run(order, start.Body, MessageBody.Empty, start.Model, model, data, cancel)),
            cancel).ConfigureAwait(false);
        files.Write(name, new ParameterSet(result.Answer.Section(MessageBody.Parameters).Concat(start.Base)));
    }

    // A number of steps is every client's; passes are over whatever data there are.
    private static Budget StepsOf(Budget budget, int clients) => budget is Budget.Steps steps ? new Budget.Steps(checked(steps.Count * clients)) : budget;
}
