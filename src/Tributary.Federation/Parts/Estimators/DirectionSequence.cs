using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Estimators;

/// <summary>Which directions one client takes in one round: a function of what both ends know.</summary>
/// <param name="directions">The choice.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="stream">The client's random numbers in the version and phase.</param>
/// <param name="weights">How often each direction of a pool is drawn; empty is all alike.</param>
public sealed class DirectionSequence(Directions directions, long seed, PhiloxStream stream, ReadOnlyMemory<double> weights = default)
{
    private readonly PhiloxStream pool = PoolStream(seed);

    /// <summary>Directions of one step.</summary>
    public int PerStep { get; } = PerStepOf(directions);

    /// <summary>Directions of one step.</summary>
    public static int PerStepOf(Directions directions) => directions is Directions.Fresh fresh ? fresh.Count : 1;

    /// <summary>The client's random numbers for directions.</summary>
    public static PhiloxStream StreamOf(long seed, string client, int version, int phase) =>
        PhiloxStream.Root(seed).Child("directions").Child(client).Child(version).Child(phase);

    /// <summary>A direction of a pool: the key of its generator.</summary>
    public static ulong InPool(long seed, int place) => PoolStream(seed).Child(place).Key;

    /// <summary>The tensor's number in the generator of a direction; element i of the tensor is its element i there.</summary>
    public static ulong Address(string wireName) => PhiloxStream.Hash(wireName);

    /// <summary>Direction <paramref name="index"/> of a step, counted from 0: the key of its generator.</summary>
    public ulong Key(int step, int index) => directions switch
    {
        Directions.Fresh fresh => stream.Child(fresh.PerRound ? 0 : step).Child(index).Key,
        Directions.Pool => pool.Child(Place(step)).Key,
        _ => throw new ArgumentException($"unknown directions {directions}"),
    };

    /// <summary>The place in the pool of a step's direction.</summary>
    public int Place(int step) => directions is not Directions.Pool chosen
        ? throw new InvalidOperationException("these directions are not of a pool")
        : weights.IsEmpty ? stream.Child(step).Sequence().Index(chosen.Size) : stream.Child(step).Sequence().Categorical(weights.Span);

    private static PhiloxStream PoolStream(long seed) => PhiloxStream.Root(seed).Child("pool");
}
