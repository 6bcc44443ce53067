namespace Tributary.Learning.Optimization;

/// <summary>
/// What an optimizer remembers, in host memory: the number of updates done and its buffers, each as long as the parameters, or empty where the update keeps none.
/// This is what a client stores when its moments are kept between rounds.
/// </summary>
public sealed record OptimizerState(long Steps, float[] First, float[] Second, float[] Third);
