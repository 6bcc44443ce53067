using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Servings;
using Tributary.Learning.Training;
using Tributary.Simulation.Devices;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>
/// Memory of a whole simulation, as the system counts it: what one client's process holds but for what each learner has of its own, all owners' rows, and for every learner its
/// trainable values, their gradient, moments and what hooks and terms keep, and the activations of a pass. The server's part of a cut model is one learner more. What is
/// kept of frozen blocks is added as it is when every sample has been used.
/// </summary>
/// <param name="setup">The run.</param>
/// <param name="steps">What passes over each of its bases take.</param>
/// <param name="openingBytes">What opening took at most.</param>
/// <param name="updateBytes">What updates of the base take in the end.</param>
internal sealed class MemoryEstimate(RunSetup setup, IReadOnlyDictionary<Backbone, MeasuredSteps> steps, long openingBytes, long updateBytes)
{
    // Updates of base weights as received and on the device; at the server before and after a round.
    private const int UpdateCopies = 2;

    private readonly ClientMemories clients = new(setup, steps);

    /// <summary>The whole simulation; large files may take more while they are read than training does.</summary>
    public long Simulation => Math.Max(openingBytes, RunningBytes);

    private long RunningBytes => ProgramBytes + setup.Owners.Sum(ClientMemory.RowBytes) + setup.InUse.Sum(BaseBytes) + (UpdateCopies * updateBytes) + KeptBytes + NeighbourBytes
        + setup.Trainers.Max(trainer => clients.Of(trainer.Id).UpperBytes(trainer));

    // The tool once, and every tokenizer once.
    private long ProgramBytes => clients.On(setup.InUse[0]).ProgramBytes + setup.InUse.Skip(1).DistinctBy(backbone => backbone.Tokenizer)
        .Where(backbone => backbone.Tokenizer != setup.InUse[0].Tokenizer).Sum(backbone => clients.On(backbone).TokenizerBytes);

    // What owners look their neighbours up in, as if every token were a target.
    private long NeighbourBytes => setup.Method.Serving is not Serving.Neighbours ? 0
        : Math.Min(NeighbourStores.MostBytes, setup.Owners.Sum(owner => owner.Train.Tokens * (sizeof(int) + ((long)setup.Model.Shape.Width * sizeof(float)))));

    private long KeptBytes => ReuseForecast.Of(setup, steps)?.MemoryBytes ?? 0;

    // The weights, and the learners of clients that pass them together with the activations of one pass, as often as these run side by side.
    private long BaseBytes(Backbone backbone) => backbone.Model.DeviceBytes + (setup.ParallelOf(backbone) * GroupBytes(backbone));

    private long GroupBytes(Backbone backbone)
    {
        var (memory, together, trainers) = (clients.On(backbone), setup.SharedPassOf(backbone).Clients, setup.TrainersOn(backbone));
        return (together * (ClientMemory.ThreadBytes + memory.VectorBytes + (UpdateCopies * updateBytes))) + SmallerBytes(memory, trainers)
            + Math.Max(trainers.Select(memory.PassBytes).DefaultIfEmpty().Max(), JoinedBytes(memory, together));
    }

    private static long JoinedBytes(ClientMemory memory, int together) => together == 1 ? 0 : memory.TrainingBytes(Math.Min(JointLearner.RowsPerPass, together * JointLearner.MostRows));

    // A learner of a client with a smaller adapter comes beside the pool's own.
    private static long SmallerBytes(ClientMemory memory, IEnumerable<OwnerData> trainers) => trainers.Select(memory.HeldBytes).Where(bytes => bytes < memory.VectorBytes).DefaultIfEmpty().Max();
}
