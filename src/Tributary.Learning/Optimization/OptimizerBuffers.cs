namespace Tributary.Learning.Optimization;

/// <summary>The state buffers an update keeps, each as long as the parameters.</summary>
[Flags]
internal enum OptimizerBuffers
{
    /// <summary>No state.</summary>
    None = 0,

    /// <summary>First moment or momentum.</summary>
    First = 1,

    /// <summary>Second moment or accumulated squares.</summary>
    Second = 2,

    /// <summary>Largest second moment, or mean gradient.</summary>
    Third = 4,

    /// <summary>All three.</summary>
    All = First | Second | Third,
}
