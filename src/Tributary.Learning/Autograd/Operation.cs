namespace Tributary.Learning.Autograd;

/// <summary>One fused operation: forward, backward and tangent side by side. Instances are pooled by their tape.</summary>
public abstract class Operation
{
    /// <summary>The result.</summary>
    protected internal abstract Var Output { get; }

    /// <summary>True when the operation made its output; false when it changed it in place.</summary>
    protected internal virtual bool OwnsOutput => true;

    /// <summary>Computes the output's value; called once, right after the inputs are set. Must retain what <see cref="Backward"/> reads.</summary>
    protected internal abstract void Forward(Tape tape);

    /// <summary>Computes the output's tangent from the inputs'.</summary>
    protected internal abstract void Tangent(Tape tape);

    /// <summary>Adds to the inputs' gradients from the output's, and releases what was retained.</summary>
    protected internal abstract void Backward(Tape tape);

    /// <summary>Forgets inputs and outputs before the instance is reused.</summary>
    protected internal abstract void Clear();
}
