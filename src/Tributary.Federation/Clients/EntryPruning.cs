using Tributary.Federation.Messages;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>
/// A client's own entries. The first time they are searched while it trains: after every stretch of steps those with the least Σ |value · gradient| since the last cut are given
/// up, until as many are left as it may keep (first-order Taylor pruning; PerFIT, Zhang et al. 2024). What is given up is zero from then on.
/// </summary>
internal sealed class EntryPruning : IStepHook, IDisposable
{
    /// <summary>Section of a client's state: 1 for an entry that it has, 0 for one that it gave up.</summary>
    public const string Section = "own_entries";

    /// <summary>Name of the number of rank slots that have lost either all of a column of B or all of a row of A, so that what is left of the other is of no use.</summary>
    public const string DeadSlotsNumber = "dead_slots";

    private readonly IBackend backend;
    private readonly DeviceBuffer buffer;
    private readonly Matrix mask;
    private readonly int keep;
    private readonly int cuts;
    private readonly int steps;
    private readonly float[] kept;
    private readonly float[] values;
    private readonly float[] gradient;
    private readonly double[] scores;
    private int taken;
    private int cut;

    /// <summary>Begins with the entries that the client has, or with all, of which so many are to be left after so many steps.</summary>
    /// <param name="known">The entries of earlier rounds, see <see cref="Section"/>; empty the first time.</param>
    /// <param name="keep">How many are to be left.</param>
    /// <param name="cuts">In how many cuts.</param>
    /// <param name="steps">Steps of the search.</param>
    /// <param name="vector">What is trained; entries that the client has not become zero.</param>
    /// <param name="backend">Where it lives.</param>
    public EntryPruning(ParameterSet known, int keep, int cuts, int steps, TrainableVector vector, IBackend backend)
    {
        (this.backend, this.keep, this.steps) = (backend, keep, steps);
        buffer = backend.Allocate(Math.Max(1, vector.Length));
        mask = buffer.AsMatrix(1, vector.Length);
        kept = [.. vector.Parameters.SelectMany(parameter => known.TryGet(parameter.Key, out var own) ? own.Values : Ones(parameter.Shape))];
        this.cuts = known.Count > 0 ? 0 : cuts;
        var searched = this.cuts == 0 ? 0 : vector.Length;
        (values, gradient, scores) = (new float[searched], new float[searched], new double[searched]);
        backend.Upload(kept, mask);
        Restore(vector.Values);
    }

    /// <summary>How many entries are left after a cut, counted from 1: each takes the same share.</summary>
    public static int LeftAfter(int cut, int cuts, int all, int keep) => cut >= cuts ? keep : (int)Math.Round(all * Math.Pow(keep / (double)all, cut / (double)cuts));

    /// <summary>The most important entries; of equal ones the first.</summary>
    /// <param name="scores">Their importance.</param>
    /// <param name="among">Not 0 for those that there are.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<int> Best(IReadOnlyList<double> scores, IReadOnlyList<float> among, int count) =>
        [.. Enumerable.Range(0, scores.Count).Where(i => among[i] != 0).OrderByDescending(i => scores[i]).Take(count)];

    /// <inheritdoc/>
    public void Before(TrainableVector vector)
    {
        if (cut < cuts)
        {
            backend.Read(vector.Values, values);
            backend.Read(vector.Gradient, gradient);
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] += Math.Abs((double)values[i] * gradient[i]);
            }
        }

        backend.MultiplyElements(vector.Gradient, mask, vector.Gradient);
    }

    /// <inheritdoc/>
    public void After(TrainableVector vector, TrainableRanges trained, double rate)
    {
        taken++;
        var due = cut;
        while (due < cuts && taken >= (long)steps * (due + 1) / cuts)
        {
            due++;
        }

        // While B is zero nothing has a score: what to give up is then decided later.
        if (due > cut && (due == cuts || Array.Exists(scores, score => score > 0)))
        {
            cut = due;
            Cut(LeftAfter(cut, cuts, kept.Length, keep));
        }

        Restore(vector.Values);
    }

    /// <summary>The client's entries by tensor, for its state.</summary>
    public ParameterSet State(TrainableVector vector) => Split(vector, (parameter, own) => new HostTensor(parameter.Key, parameter.Shape, own));

    /// <summary>The parts of tensors that it sends.</summary>
    public IReadOnlyDictionary<TensorKey, TensorPart> Parts(TrainableVector vector) =>
        State(vector).ToDictionary(tensor => tensor.Key, tensor => TensorPart.Entries(tensor.Shape, MarksOf(tensor.Values)));

    /// <summary>Rank slots of LoRA modules of which one factor has lost everything and the other has not.</summary>
    public static int DeadSlots(ParameterSet entries, AdapterConfig adaptation) => LoraPair.Among(entries.Select(tensor => tensor.Key), adaptation).Sum(pair =>
    {
        var (a, b) = (entries[pair.A], entries[pair.B]);
        var (rank, inputs) = (a.Shape[0], a.Shape[1]);
        return Enumerable.Range(0, rank).Count(slot =>
            a.Values.AsSpan(slot * inputs, inputs).ContainsAnyExcept(0f) != Enumerable.Range(0, b.Shape[0]).Any(row => b.Values[(row * rank) + slot] != 0));
    });

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();

    private void Restore(Matrix all) => backend.MultiplyElements(all, mask, all);

    private void Cut(int count)
    {
        var best = Best(scores, kept, count);
        Array.Clear(kept);
        foreach (var entry in best)
        {
            kept[entry] = 1;
        }

        Array.Clear(scores);
        backend.Upload(kept, mask);
    }

    private ParameterSet Split(TrainableVector vector, Func<Parameter, float[], HostTensor> make)
    {
        var at = 0;
        var tensors = new List<HostTensor>();
        foreach (var parameter in vector.Parameters)
        {
            var length = HostTensor.Count(parameter.Shape);
            tensors.Add(make(parameter, kept[at..(at + length)]));
            at += length;
        }

        return new ParameterSet(tensors);
    }

    private static Marks MarksOf(float[] own) => Marks.Of(own.Length, Enumerable.Range(0, own.Length).Where(i => own[i] != 0));

    private static IEnumerable<float> Ones(int[] shape) => Enumerable.Repeat(1f, HostTensor.Count(shape));
}
