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
/// <param name="clients">Memory of its clients.</param>
/// <param name="steps">What passes over its model take.</param>
/// <param name="openingBytes">What opening took at most.</param>
/// <param name="updateBytes">What updates of the base take in the end.</param>
internal sealed class MemoryEstimate(RunSetup setup, ClientMemory clients, MeasuredSteps steps, long openingBytes, long updateBytes)
{
    // Updates of base weights as received and on the device; at the server before and after a round.
    private const int UpdateCopies = 2;

    /// <summary>The whole simulation; large files may take more while they are read than training does.</summary>
    public long Simulation => Math.Max(openingBytes, RunningBytes);

    private long RunningBytes =>
        clients.ProgramBytes + setup.Model.DeviceBytes + setup.Owners.Sum(ClientMemory.RowBytes) + (setup.Parallel * GroupBytes) + (UpdateCopies * updateBytes) + KeptBytes + NeighbourBytes
        + setup.Trainers.Max(clients.UpperBytes);

    // What owners look their neighbours up in, as if every token were a target.
    private long NeighbourBytes => setup.Method.Serving is not Serving.Neighbours ? 0
        : Math.Min(NeighbourStores.MostBytes, setup.Owners.Sum(owner => owner.Train.Tokens * (sizeof(int) + ((long)setup.Model.Shape.Width * sizeof(float)))));

    // The learners of clients that pass the backbone together, and the activations of one pass.
    private long GroupBytes => (setup.SharedPass.Clients * (ClientMemory.ThreadBytes + clients.VectorBytes + (UpdateCopies * updateBytes))) + SmallerBytes
        + Math.Max(setup.Trainers.Max(clients.PassBytes), JoinedBytes);

    private long JoinedBytes => setup.SharedPass.Clients == 1 ? 0 : clients.TrainingBytes(Math.Min(JointLearner.RowsPerPass, setup.SharedPass.Clients * JointLearner.MostRows));

    // A learner of a client with a smaller adapter comes beside the pool's own.
    private long SmallerBytes => setup.Trainers.Select(clients.HeldBytes).Where(bytes => bytes < clients.VectorBytes).DefaultIfEmpty().Max();

    private long KeptBytes => ReuseForecast.Of(setup, steps.FrozenBlocks)?.MemoryBytes ?? 0;
}
