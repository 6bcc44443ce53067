namespace Tributary.Federation.Rounds;

/// <summary>One question to the cohort and its answers. A round is a list of them, joined updates come from <see cref="Train"/>.</summary>
/// <param name="Name">Its name in keys and folders.</param>
public sealed record Exchange(string Name)
{
    /// <summary>The model goes out, trained updates come back.</summary>
    public static Exchange Train { get; } = new("train");
}
