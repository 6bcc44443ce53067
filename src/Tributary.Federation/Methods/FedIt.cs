namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedIT: LoRA factors averaged by data size. The root of the family tree: every part is the default.</summary>
    public static Method FedIt => new()
    {
        Id = "fedit",
        Name = "FedIT",
        Paper = new("Zhang et al.", 2024, "arXiv:2305.05644"),
        Summary = "LoRA and federated averaging of its factors by data size",
    };
}
