using System.Text.Json;
using Tributary.Learning.Models;
using Tributary.Simulation.Verification.Engine;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>The batches that a run prescribes, by client and step.</summary>
internal static class ClientBatches
{
    public static FixtureBatch[][] Read(JsonElement run, ModelShape shape) =>
        [.. run.GetProperty("client_batches").EnumerateArray().Select(client => client.EnumerateArray().Select(b => FixtureBatch.Read(b, shape)).ToArray())];
}
