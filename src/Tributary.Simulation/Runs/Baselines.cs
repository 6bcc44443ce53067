using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>
/// Training without federation, by the same local program: each owner alone with as many steps as it would take in the federation, and one model on the union with the
/// steps of all. A finished one is stored, so that a resumed run does not train it again.
/// </summary>
public sealed class Baselines(RunSetup setup, LearnerPool learners, ParameterSet initial, string folder)
{
    private readonly TensorLayout layout = TensorLayout.Of(initial);

    /// <summary>The tensors of an owner that trained alone.</summary>
    public Task<ParameterSet> AloneAsync(OwnerData owner, CancellationToken cancel) => TrainAsync($"alone-{owner.Id}", Catalogue.LocalOnly.Id, owner.Id, owner.Train, 1, cancel);

    /// <summary>The tensors of the model on the union of all data, with the steps of a whole cohort.</summary>
    public Task<ParameterSet> PooledAsync(int cohort, CancellationToken cancel) =>
        TrainAsync("pooled", Catalogue.Pooled.Id, "pooled", new TokenizedDataset([.. setup.Owners.SelectMany(o => o.Train.Examples)], default), cohort, cancel);

    private async Task<ParameterSet> TrainAsync(string name, string run, string client, TokenizedDataset data, int clients, CancellationToken cancel)
    {
        var path = Path.Combine(folder, name + ".safetensors");
        if (File.Exists(path))
        {
            return MessageFile.Read(path, layout).Section(MessageBody.Parameters);
        }

        var method = setup.Method with
        {
            Sharing = new Sharing.AllShared(),
            Codec = new Codec(),
            LocalProgram = setup.Method.LocalProgram.WithEveryPhase(phase => phase with { Budget = StepsOf(phase.Budget, clients), Hooks = [], Losses = [new LossTerm.Task()] }),
        };
        var order = new WorkOrder(run, 0, setup.Rounds, Exchange.Train.Name, client, WorkOrder.CurrentProtocol, setup.Seed, "", "", method, setup.Rounds);
        var received = MessageBody.Empty.WithSection(MessageBody.Parameters, initial);
        var result = await learners.RunAsync(
            learner => LocalProgramRunner.Run(order, received, MessageBody.Empty, initial, new LearnerModel(learner), data, cancel), cancel).ConfigureAwait(false);
        var trained = result.Answer.Section(MessageBody.Parameters);
        MessageFile.Write(path, MessageBody.Empty.WithSection(MessageBody.Parameters, trained));
        return trained;
    }

    // A number of steps is every client's; passes are over whatever data there are.
    private static Budget StepsOf(Budget budget, int clients) => budget is Budget.Steps steps ? new Budget.Steps(checked(steps.Count * clients)) : budget;
}
