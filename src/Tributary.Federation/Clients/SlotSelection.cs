using Tributary.Federation.Messages;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Clients;

/// <summary>
/// A client's choice of rank slots over all LoRA modules by how far a trial run has moved them: slot j of a module has the score ‖ΔB[:, j]‖·‖A[j, :]‖ + ‖B[:, j]‖·‖ΔA[j, :]‖, of
/// which one part is zero where one factor alone is trained (LoRA-A², Koo et al. 2024).
/// </summary>
internal static class SlotSelection
{
    /// <summary>The chosen columns of B and rows of A: those of the best <paramref name="perModule"/> slots for each module there is, in whichever modules they are.</summary>
    /// <param name="adaptation">The adapters.</param>
    /// <param name="perModule">Slots for each module, on the mean.</param>
    /// <param name="start">The values before the trial.</param>
    /// <param name="tried">Those after it.</param>
    public static IReadOnlyDictionary<TensorKey, TensorPart> Of(AdapterConfig adaptation, int perModule, ParameterSet start, ParameterSet tried)
    {
        var pairs = LoraPair.Among(start.Select(tensor => tensor.Key), adaptation);
        var best = pairs.SelectMany((pair, module) => Scores(pair, start, tried).Select((score, slot) => (score, module, slot)))
            .OrderByDescending(slot => slot.score).ThenBy(slot => slot.module).ThenBy(slot => slot.slot)
            .Take(checked(perModule * pairs.Count)).ToLookup(slot => slot.module, slot => slot.slot);
        return pairs.SelectMany((pair, module) => Parts(pair, start, best[module])).ToDictionary();
    }

    /// <summary>The score of each slot of a module.</summary>
    public static double[] Scores(LoraPair pair, ParameterSet start, ParameterSet tried)
    {
        var (a, b) = (Rows(start[pair.A]), Columns(start[pair.B]));
        var (movedA, movedB) = (Rows(Difference(tried[pair.A], start[pair.A])), Columns(Difference(tried[pair.B], start[pair.B])));
        return [.. a.Select((norm, slot) => (movedB[slot] * norm) + (b[slot] * movedA[slot]))];
    }

    /// <summary>The parts of both factors of a module that hold these slots.</summary>
    public static IEnumerable<KeyValuePair<TensorKey, TensorPart>> Parts(LoraPair pair, ParameterSet set, IEnumerable<int> slots)
    {
        var (a, b) = (set[pair.A].Shape, set[pair.B].Shape);
        var marks = Marks.Of(a[0], slots);
        return [KeyValuePair.Create(pair.A, TensorPart.Rows(a, marks)), KeyValuePair.Create(pair.B, TensorPart.Columns(b, marks))];
    }

    private static HostTensor Difference(HostTensor x, HostTensor y) => x with { Values = [.. x.Values.Zip(y.Values, (u, v) => u - v)] };

    private static double[] Rows(HostTensor tensor) => Norms(tensor, tensor.Shape[0], i => i / tensor.Shape[1]);

    private static double[] Columns(HostTensor tensor) => Norms(tensor, tensor.Shape[1], i => i % tensor.Shape[1]);

    private static double[] Norms(HostTensor tensor, int count, Func<int, int> slotOf)
    {
        var squares = new double[count];
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            squares[slotOf(i)] += (double)tensor.Values[i] * tensor.Values[i];
        }

        return Array.ConvertAll(squares, Math.Sqrt);
    }
}
