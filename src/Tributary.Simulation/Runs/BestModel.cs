using Tributary.Federation.Messages;
using Tributary.Federation.State;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Runs;

/// <summary>
/// The model with the lowest validation loss so far, on disk. It is offered before its round is committed: when the process dies in between, the round is played and offered
/// again. Of equal losses the earlier round is kept.
/// </summary>
internal sealed class BestModel
{
    private readonly string path;
    private readonly MessageSchema schema;
    private double lowest = double.PositiveInfinity;

    /// <summary>Takes up what committed rounds have offered.</summary>
    public BestModel(string path, MessageSchema schema, IEnumerable<RoundReport> committed)
    {
        (this.path, this.schema) = (path, schema);
        foreach (var report in committed)
        {
            if (report.Metrics.TryGetValue(UnionEvaluator.ValidationLoss, out var loss) && loss < lowest)
            {
                (lowest, Round) = (loss, report.Round);
            }
        }
    }

    /// <summary>The round of the best model; 0 before any was offered.</summary>
    public int Round { get; private set; }

    /// <summary>Keeps the model of a round when none was better.</summary>
    public void Offer(int round, double loss, ParameterSet model)
    {
        if (loss < lowest)
        {
            SealedFile.Write(path, MessageBody.Empty.WithSection(MessageBody.Parameters, model));
            (lowest, Round) = (loss, round);
        }
    }

    /// <summary>The best model.</summary>
    public ParameterSet Read() => SealedFile.Read(path, schema).Section(MessageBody.Parameters);
}
