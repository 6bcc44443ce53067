using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation;

/// <summary>Which axis of a tensor counts ranks: told from its role, never from its dimensions, one of which may equal the rank.</summary>
public static class RankAxis
{
    /// <summary>0 for A [rank, inputs], 1 for B [outputs, rank], null for a tensor without ranks.</summary>
    public static int? Of(TensorKey key) => key.Role switch
    {
        "lora_A" or "base_A" => 0,
        "lora_B" or "base_B" => 1,
        _ => null,
    };
}
