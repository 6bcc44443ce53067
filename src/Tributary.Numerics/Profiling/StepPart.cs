namespace Tributary.Numerics.Profiling;

/// <summary>What the operations of a training step belong to.</summary>
public enum StepPart
{
    /// <summary>Matrix products, small ones and those of the output layer among them.</summary>
    Gemm,

    /// <summary>Attention and rotary positions.</summary>
    Attention,

    /// <summary>Normalisations.</summary>
    Norms,

    /// <summary>Activations and gates.</summary>
    Activations,

    /// <summary>Losses over logits.</summary>
    CrossEntropy,

    /// <summary>Norms of gradients and updates.</summary>
    Optimizer,

    /// <summary>Embeddings, residual sums, dropout, copies; and what runs between operations.</summary>
    Other,
}
