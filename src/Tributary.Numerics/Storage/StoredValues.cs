namespace Tributary.Numerics.Storage;

/// <summary>What remains of numbers when they are stored.</summary>
public static class StoredValues
{
    /// <summary>Replaces each number of one output's weights, ordered by input, by what the storage keeps of it.</summary>
    public static void Round(StorageType type, Span<float> output)
    {
        switch (type)
        {
            case StorageType.BF16:
                foreach (ref var value in output)
                {
                    value = BFloat16.Round(value);
                }

                break;
            case StorageType.Int8:
                BlockQuantiser<Int8.Format>.Round(output, StorageTypes.BlockSize);
                break;
            case StorageType.Nf4:
                BlockQuantiser<Nf4.Format>.Round(output, StorageTypes.BlockSize);
                break;
            default:
                break;
        }
    }
}
