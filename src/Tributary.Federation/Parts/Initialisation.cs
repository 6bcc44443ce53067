using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What values does a client's training begin from?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Standard), "standard")]
[JsonDerivedType(typeof(Keep), "keep")]
[JsonDerivedType(typeof(Fresh), "fresh")]
[JsonDerivedType(typeof(SvdOfBase), "svd_of_base")]
[JsonDerivedType(typeof(AlignedEmulator), "aligned_emulator")]
public abstract record Initialisation
{
    private Initialisation()
    {
    }

    /// <summary>Shared tensors from the download; private ones from the client's state or, the first time, from the adaptation's own initialisation.</summary>
    public sealed record Standard : Initialisation;

    /// <summary>All tensors from where the client's last training ended; the first time as <see cref="Standard"/>.</summary>
    public sealed record Keep : Initialisation;

    /// <summary>
    /// The factors of LoRA anew in every round, from (seed, round) and alike for all clients, so that they need not be sent; other tensors as <see cref="Standard"/> (FLoRA,
    /// Wang et al. 2024). What clients trained must have gone into the base.
    /// </summary>
    public sealed record Fresh : Initialisation;

    /// <summary>
    /// As <see cref="Standard"/>, but LoRA begins at the leading singular directions of the base weights, which the base then lacks, so that the model is unchanged at first
    /// (FeDeRA, Yan et al. 2024). Every party finds them itself.
    /// </summary>
    public sealed record SvdOfBase : Initialisation;

    /// <summary>
    /// As <see cref="Standard"/>, with an emulator whose blocks the server drew to those that they stand for before the first round, on data of its own (data.public), by AdamW
    /// without decay: distillation weight · mean(((T − S) / rms(T))²) + task weight · the task's loss (Xiao et al. 2023, Kuang et al. 2023). Without such data the emulator is made
    /// of the base's blocks as they are.
    /// </summary>
    /// <param name="Steps">Optimizer steps.</param>
    /// <param name="LearningRate">Their rate.</param>
    /// <param name="DistillationWeight">Weight of the distance between what the blocks give, T, and what the emulator gives, S.</param>
    /// <param name="TaskWeight">Weight of the task's loss.</param>
    /// <param name="BatchSize">Samples of a step.</param>
    public sealed record AlignedEmulator(int Steps = 500, double LearningRate = 1e-4, double DistillationWeight = 1, double TaskWeight = 0, int BatchSize = 1) : Initialisation;
}
