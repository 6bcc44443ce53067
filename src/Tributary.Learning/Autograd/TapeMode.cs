namespace Tributary.Learning.Autograd;

/// <summary>What a forward pass leaves behind.</summary>
public enum TapeMode
{
    /// <summary>Values only.</summary>
    Infer,

    /// <summary>Values and what the backward pass needs.</summary>
    Record,

    /// <summary>Values and tangents (forward mode).</summary>
    Tangent,
}
