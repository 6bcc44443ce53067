using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>
/// Which weights are kept how: the linear layers inside blocks as asked for. Those outside (the output layer, with an embedding tied to it) lose most by rounding and are few, so
/// that block-wise storage leaves them in bfloat16. Embeddings of their own, norms and biases stay in single precision.
/// </summary>
internal static class BaseStorage
{
    /// <summary>Storage of a weight of a block, or of one outside the blocks (layer −1).</summary>
    public static StorageType Of(StorageType asked, int layer) => layer < 0 && asked is (StorageType.Int8 or StorageType.Nf4) ? StorageType.BF16 : asked;
}
