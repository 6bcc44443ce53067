using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts;

/// <summary>
/// How matrices are cut into blocks: rows (virtual tokens of a prompt, ranks of a lora_A), or equal stretches of rows (virtual tokens of a prefix at one layer). Blocks are
/// numbered as they lie in memory.
/// </summary>
/// <param name="Stretches">Stretches of a row; of a prefix, as many as the model has layers. A matrix whose rows cannot be cut so has rows as blocks.</param>
/// <param name="Roles">Roles of the tensors that are cut; null is all. What is not cut is no block and is treated as a whole.</param>
public sealed record BlockGrid(int Stretches = 1, IReadOnlyList<string>? Roles = null)
{
    /// <summary>Whether a tensor is cut.</summary>
    public bool Covers(TensorKey key, int[] shape) => shape is [> 0, > 0] && (Roles is null || Roles.Contains(key.Role, StringComparer.Ordinal));

    /// <summary>Number of blocks of a matrix.</summary>
    public int CountOf(int[] shape) => shape[0] * StretchesOf(shape);

    /// <summary>Values of one block of a matrix.</summary>
    public int LengthOf(int[] shape) => shape[1] / StretchesOf(shape);

    /// <summary>Where a block stands among those of its matrix in the order stretch by stretch, then row by row: of a prefix, by layer and then by token.</summary>
    public int PlaceOf(int[] shape, int block) => (block % StretchesOf(shape) * shape[0]) + (block / StretchesOf(shape));

    private int StretchesOf(int[] shape) => shape[1] % Stretches == 0 ? Stretches : 1;
}
