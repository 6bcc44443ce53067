using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// SplitLoRA: a frozen model cut in two with LoRA in both parts; the server's is one, trained by client after client, the clients' are averaged after each round. Rebuilt from
    /// an implementation by others; every client clips its own part as the server does its.
    /// </summary>
    public static Method SplitLora => FedIt with
    {
        Id = "splitlora",
        Name = "SplitLoRA",
        Paper = new("Lin et al.", 2024, "arXiv:2407.00952"),
        Family = "split",
        Summary = "LoRA in a model cut in two: one upper part at the server for all, lower parts averaged",
        Challenges = [Challenge.Memory, Challenge.Compute],
        Basis = Basis.Reconstruction,
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Clipping = new GradientClipping.ByNorm(1) }) with { Cut = new Cut() },
        Dispatch = new Dispatch.Slice(),
        Weighting = new Weighting.Uniform(),
    };
}
