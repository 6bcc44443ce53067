using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models.Modules;

/// <summary>A table of rows by id. Shares the packed matrix of the output layer when the two are tied.</summary>
public sealed class Embedding(int id, string path, BaseTensor weight, bool tied, int paddingId = -1) : IWeightedModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer => -1;

    /// <summary>The table, [rows, width].</summary>
    public BaseTensor Weight { get; } = weight;

    /// <summary>None.</summary>
    public BaseTensor? Bias => null;

    /// <summary>Number of rows.</summary>
    public int Rows => Weight.Shape[0];

    /// <summary>Width of a row.</summary>
    public int Width => Weight.Shape[1];

    internal Var Forward(Pass pass, ReadOnlyMemory<int> ids, Var? addTo = null)
    {
        var own = pass.Adapters.WeightOf(this);
        var y = own is null && tied
            ? pass.Tape.Embed(Weight.Packed, null, ids, paddingId, addTo)
            : pass.Tape.Embed(null, pass.Tape.Use(own ?? Weight.Plain), ids, paddingId, addTo);
        var branches = pass.Adapters.BranchesOf(this);
        for (var i = 0; i < branches.Count; i++)
        {
            y = branches[i].Apply(pass, ids, y);
        }

        return y;
    }
}
