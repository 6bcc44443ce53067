using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>scale · B A at one linear layer; detached, its input is a constant for it.</summary>
internal sealed class LoraBranch(Parameter a, Parameter b, float scale, float dropout, bool isDetached = false) : IBranch
{
    private readonly ulong address = StableHash.Of(a.Key.WireName);

    public Var Leave(Pass pass, Var x, Var y)
    {
        if (!isDetached)
        {
            return Add(pass, x, y);
        }

        var constant = pass.Tape.Detach(x);
        return pass.Tape.Instead(constant, Add(pass, constant, y));
    }

    private Var Add(Pass pass, Var x, Var y) => pass.Tape.AddLowRank(
        y, x, pass.Tape.Use(a), pass.Tape.Use(b), scale, new InputDropout(dropout, pass.DropoutKey ^ address, pass.RowKeys));
}

/// <summary>scale · B A at one linear layer, with factors of their own for several clients.</summary>
internal sealed class ClientsLoraBranch((Parameter A, Parameter B)[] factors, float scale, float dropout) : IBranch
{
    private readonly ulong address = StableHash.Of(factors[0].A.Key.WireName);
    private readonly List<LowRankPart> parts = [];

    public Var Leave(Pass pass, Var x, Var y)
    {
        parts.Clear();
        var start = 0;
        for (var i = 0; i < pass.Rows.Clients.Count; i++)
        {
            var (client, end) = (pass.Rows.Clients[i], pass.RowEndOf(i));
            var (a, b) = factors[client.Client];
            var drop = new InputDropout(dropout, client.DropoutKey ^ address, pass.RowKeys[start..end]);
            parts.Add(new LowRankPart(pass.Tape.Use(a), pass.Tape.Use(b), end - start, drop));
            start = end;
        }

        return pass.Tape.AddLowRank(y, x, scale, parts);
    }
}

/// <summary>scale · B A at an embedding.</summary>
internal sealed class LoraEmbeddingBranch(Parameter a, Parameter b, float scale) : IEmbeddingBranch
{
    public Var Apply(Pass pass, ReadOnlyMemory<int> ids, Var y) => pass.Tape.AddEmbeddingLowRank(y, pass.Tape.Use(a), pass.Tape.Use(b), ids, scale);
}
