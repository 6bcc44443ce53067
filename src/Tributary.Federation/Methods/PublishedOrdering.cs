namespace Tributary.Federation.Methods;

/// <summary>In what one method is said to be better than another.</summary>
public enum OrderedBy
{
    /// <summary>In what the model learned: accuracy in the source, loss in a comparison.</summary>
    Quality,

    /// <summary>In bytes that clients send.</summary>
    Upload,
}

/// <summary>A published result that puts one method before another, to be held against comparisons.</summary>
/// <param name="Better">Id of the method that did better.</param>
/// <param name="Than">Id of the other.</param>
/// <param name="By">In what.</param>
/// <param name="Source">Who reported it, on what.</param>
public sealed record PublishedOrdering(string Better, string Than, OrderedBy By, string Source)
{
    /// <summary>The orderings whose tables or figures were read, or that follow from what travels.</summary>
    public static IReadOnlyList<PublishedOrdering> All { get; } =
    [
        new("ffa-lora", "fedit", OrderedBy.Upload, "46.9 against 93.8 KB (Chen et al. 2024, QNLI, rank 1)"),
        new("rolora", "fedit", OrderedBy.Upload, "46.9 against 93.8 KB (Chen et al. 2024, QNLI, rank 1)"),
        new("fedsa-lora", "fedit", OrderedBy.Upload, "A alone travels, by construction (Guo et al. 2024)"),
        new("lora-a2", "fedit", OrderedBy.Upload, "1.31 against 1.99 billion parameters (Koo et al. 2024, BANKING77)"),
        new("fedkseed", "fedit", OrderedBy.Upload, "under 18 KB both ways, whatever the model (Qin et al. 2024)"),
        new("fedit", "pwff", OrderedBy.Upload, "the delay of LoRA alone is the smaller one (Jiang et al. 2024, Fig. 4)"),
        new("fedit", "ffa-lora", OrderedBy.Quality,
            "88.20 against 87.48, mean of five GLUE tasks (Chen et al. 2024, RoBERTa-large, rank 4, 3 clients); 90.47 against 77.44 (Koo et al. 2024, BANKING77, rank 8, Dirichlet 0.1)"),
        new("rolora", "ffa-lora", OrderedBy.Quality, "88.28 against 87.48, mean of five GLUE tasks (Chen et al. 2024, RoBERTa-large, rank 4, 3 clients), more with 50 clients"),
        new("rolora", "fedit", OrderedBy.Quality, "85.61 against 72.16, mean of five GLUE tasks with 50 clients (Chen et al. 2024, RoBERTa-large, rank 2); with 3 clients 88.28 against 88.20 at rank 4"),
        new("flexlora", "fedit", OrderedBy.Quality, "92.14 against 90.47, of one rank (Koo et al. 2024, BANKING77, rank 8, Dirichlet 0.1); at rank 1 82.20 against 82.24"),
        new("flexlora", "ffa-lora", OrderedBy.Quality, "92.14 against 77.44, of one rank (Koo et al. 2024, BANKING77, rank 8, Dirichlet 0.1)"),
        new("hetlora", "flexlora", OrderedBy.Quality, "86.91 against 73.01 with ranks drawn uniformly (Koo et al. 2024, BANKING77, Dirichlet 0.1)"),
        new("lora-a2", "fedit", OrderedBy.Quality, "91.61 against 90.47 at rank 8, 91.87 against 82.24 at rank 1 (Koo et al. 2024, BANKING77, Dirichlet 0.1)"),
        new("lora-a2", "ffa-lora", OrderedBy.Quality, "91.61 against 77.44 (Koo et al. 2024, BANKING77, rank 8, Dirichlet 0.1)"),
    ];

    /// <summary>Those in which a method is put before or behind another.</summary>
    public static IEnumerable<PublishedOrdering> Of(string method) => All.Where(ordering => ordering.Better == method || ordering.Than == method);
}
