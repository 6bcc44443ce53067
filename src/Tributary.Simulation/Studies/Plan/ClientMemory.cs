using System.Globalization;
using Tributary.Federation.Parts;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Optimization;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>
/// Memory of one client's training, from shapes: base weights as they are held + trainable values, their gradient, moments and what hooks and terms keep (n floats each) +
/// activations. A row of activations holds, for every block, the outputs of its linear layers, two residual rows and its widest layer once more; in the backward pass three
/// more rows of the widest layer; and the logits of a block of rows. Rows are those of the client's longest samples, as many as a batch has. The runtime itself is not in it.
/// </summary>
internal sealed class ClientMemory
{
    private readonly long baseBytes;
    private readonly long vectorBytes;
    private readonly long floatsPerRow;
    private readonly Linear head;
    private readonly int batch;
    private readonly long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <param name="setup">The experiment; its model must have trained a step, so that its base weights are where training needs them.</param>
    public ClientMemory(RunSetup setup)
    {
        var phases = setup.Method.At(1).LocalProgram.Phases;
        baseBytes = setup.Model.DeviceBytes;
        vectorBytes = setup.Subject.Trainable * phases.Max(phase => BytesPerParameter(phase, setup.Backend));
        floatsPerRow = FloatsPerRow(setup.Model);
        head = setup.Model.Head;
        batch = phases.Max(phase => phase.BatchSize);
    }

    /// <summary>Activations of a batch of rows, in bytes.</summary>
    public long ActivationBytes(long rows) => sizeof(float) * ((rows * floatsPerRow) + (Math.Min(rows, HeadLossOperation.BlockRows(head.Inputs, head.Outputs)) * head.Outputs));

    /// <summary>What a client with these samples needs.</summary>
    public ClientForecast Of(string id, TokenizedDataset data)
    {
        var activations = ActivationBytes(LargestBatch(data, batch));
        var needed = baseBytes + vectorBytes + activations;
        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"base {Size(baseBytes)}, trainable values with gradient and moments {Size(vectorBytes)}, activations {Size(activations)}; this machine has {Size(available)}");
        return new ClientForecast(id, needed, needed <= available, why);
    }

    /// <summary>Rows of the largest batch that can be drawn.</summary>
    public static long LargestBatch(TokenizedDataset data, int batch) =>
        data.Examples.Select(example => example.Ids.Length).OrderDescending().Take(batch).Sum(length => (long)length);

    // Values and gradient, the optimizer's state, the values as received for a proximal term, and the correction of a control variate.
    private static long BytesPerParameter(Phase phase, IBackend backend)
    {
        using var optimizer = new Optimizer(phase.Optimizer, backend, 1);
        var copies = phase.Losses.Count(term => term is LossTerm.Proximal) + phase.Hooks.Count(hook => hook is Hook.ControlVariate);
        return ((2 + copies) * sizeof(float)) + optimizer.StateBytes;
    }

    private static long FloatsPerRow(LanguageModel model)
    {
        var blocks = model.Modules.OfType<Linear>().Where(linear => linear.Layer >= 0).GroupBy(linear => linear.Layer);
        var widest = model.Modules.OfType<Linear>().Where(linear => linear.Layer >= 0).Select(linear => (long)Math.Max(linear.Inputs, linear.Outputs)).DefaultIfEmpty(0).Max();
        return blocks.Sum(block => block.Sum(linear => (long)linear.Outputs) + (2L * model.Shape.Width) + widest) + (3 * widest);
    }

    private static string Size(long bytes) =>
        bytes < 1e9 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
