using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.LoraExperts;

/// <summary>The shared expert and a mixture of the others at one linear layer.</summary>
internal sealed class ExpertsBranch(Parameter router, (Parameter A, Parameter B) shared, Parameter[] a, Parameter[] b, int top, float scale, float dropout) : IBranch
{
    private readonly ulong address = StableHash.Of(router.Key.WireName);
    private readonly Var[] left = new Var[a.Length];
    private readonly Var[] right = new Var[b.Length];

    public Var Leave(Pass pass, Var x, Var y)
    {
        var (tape, drop) = (pass.Tape, new InputDropout(dropout, pass.DropoutKey ^ address, pass.RowKeys));
        y = tape.AddLowRank(y, x, tape.Use(shared.A), tape.Use(shared.B), scale, drop);
        if (a.Length == 0)
        {
            return y;
        }

        for (var e = 0; e < a.Length; e++)
        {
            (left[e], right[e]) = (tape.Use(a[e]), tape.Use(b[e]));
        }

        pass.Adapters.Inputs?.Add(router.Key, x);
        var most = Math.Min(top, a.Length);
        var scores = tape.Route(x, tape.Use(router), left);
        y = tape.AddExperts(y, x, scores, left, right, most, scale, drop);
        if (tape.PenaltyWeight != 0)
        {
            tape.Penalise(tape.Balance(scores, most));
        }

        tape.Release(scores);
        return y;
    }
}
