using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>SplitFed, version 1: the server has a replica of its part for each client; both parts are averaged after each round. Rebuilt from other papers, here with LoRA.</summary>
    public static Method SplitFed => SplitLora with
    {
        Id = "splitfed",
        Name = "SplitFed",
        Paper = new("Thapa et al.", 2022, "arXiv:2004.12088"),
        Summary = "SplitLoRA with an upper part for each client, averaged by data size like the lower ones",
        LocalProgram = LocalProgram.Standard with { Cut = new Cut(Upper: UpperCopies.Each) },
        Weighting = new Weighting.Examples(),
    };
}
