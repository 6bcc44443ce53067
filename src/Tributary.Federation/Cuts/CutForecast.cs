using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Training;

namespace Tributary.Federation.Cuts;

/// <summary>The exact bytes of questions and answers at a cut before a run: which samples are in which step follows from the seed, and their rows from the data.</summary>
/// <param name="plan">The run.</param>
/// <param name="shape">The model.</param>
/// <param name="dataOf">The samples of a client.</param>
public sealed class CutForecast(RunPlan plan, ModelShape shape, Func<string, TokenizedDataset> dataOf)
{
    private readonly Dictionary<(int Rows, int Sequences), TrafficSum> lengths = [];
    private readonly TokenRows batch = new();
    private readonly TokenRows part = new();

    /// <summary>What a client will ask in the round that starts from a version; nothing when the model is not cut.</summary>
    public TrafficSum Of(string client, int version)
    {
        var program = plan.Method.At(version + 1).LocalProgram;
        if (program.Cut is not { } cut)
        {
            return default;
        }

        var blocks = CutRules.DepthOf(cut, client, plan.Clients.Index().First(place => place.Item == client).Index);
        var exits = CutRules.HasExits(plan.Method);
        var (data, phase, trains) = (dataOf(client), program.Phases[0], !exits && plan.Layout.Tensors.Any(tensor => CutRules.IsBelow(blocks, tensor.Key)));
        var stream = LocalWork.StreamOf(plan.Seed, LocalWork.Name, client, version, phase: 0);
        var (order, sum) = (new BatchOrder(stream.Child(PhaseTraining.OrderStream), data.Count, phase.SamplesPerStep), default(TrafficSum));
        for (var step = 0; step < phase.StepsOver(data.Count); step++)
        {
            var samples = order.Batch(step);
            for (var start = 0; start < samples.Length; start += phase.BatchSize)
            {
                data.Fill(batch, samples.Slice(start, Math.Min(phase.BatchSize, samples.Length - start)), stream.Child(PhaseTraining.HiddenStream).Child(step).Key);
                sum += OfBatch(trains);
            }
        }

        return exits ? sum with { Down = default } : sum;
    }

    // A batch is asked about in the parts in which it passes the blocks; those without a label are left out.
    private TrafficSum OfBatch(bool trains)
    {
        var (limit, sum, end) = (Learner.RowsPerPass(shape), default(TrafficSum), 0);
        for (var first = 0; first < batch.SegmentCount; first = end)
        {
            end = batch.PartEnd(first, limit, 0);
            batch.CopyTo(part, first, end);
            sum += part.LabelledRows > 0 || part.SegmentCount == batch.SegmentCount ? LengthOf(trains) : default;
        }

        return sum;
    }

    // Numbers are doubles and values single: only shapes matter.
    private TrafficSum LengthOf(bool trains)
    {
        if (!lengths.TryGetValue((part.Count, part.SegmentCount), out var length))
        {
            var given = new float[part.Count * shape.Width];
            lengths[(part.Count, part.SegmentCount)] = length = new TrafficSum(
                MessageFile.LengthOf(CutMessages.Question(part, new CutQuestion(0, 1, 1, trains, given))),
                MessageFile.LengthOf(CutMessages.Answer(0, trains ? given : default(ReadOnlyMemory<float>), shape.Width)));
        }

        return length;
    }
}
