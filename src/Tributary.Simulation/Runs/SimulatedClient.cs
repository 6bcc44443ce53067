using Tributary.Federation.Clients;
using Tributary.Federation.State;
using Tributary.Learning.Data.Tokenized;

namespace Tributary.Simulation.Runs;

/// <summary>A client in this process.</summary>
/// <param name="Worker">Does its work.</param>
/// <param name="States">Where its state is kept.</param>
/// <param name="Learners">The learners it borrows, over the base that it holds.</param>
/// <param name="Data">Its samples.</param>
public sealed record SimulatedClient(ClientWorker Worker, ClientStateStore States, LearnerPool Learners, TokenizedDataset Data);
