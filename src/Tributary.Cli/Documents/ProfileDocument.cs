using Tributary.Numerics.Benchmarks;
using Tributary.Numerics.Profiling;

namespace Tributary.Cli.Documents;

/// <summary>A part of a step.</summary>
internal sealed record PartDocument(double Ms, double Percent);

/// <summary>Products of one shape, [rows, depth] by [depth, columns]: how many in a step, and all of them together on the clock.</summary>
internal sealed record ProductDocument(string Kind, int Rows, int Columns, int Depth, double Calls, double Ms, double Gflops);

/// <summary>What <c>bench train --profile</c> adds: the parts make up the step; GemmGflops is on the clock, against the multiply-add units right after the steps.</summary>
internal sealed record ProfileDocument(
    double StepMs, PartDocument Gemm, PartDocument Attention, PartDocument Norms, PartDocument Activations, PartDocument CrossEntropy, PartDocument Optimizer, PartDocument Other,
    PartDocument Idle, double GemmGflops, double CeilingGflops, double GemmPercentOfCeiling, IReadOnlyList<ProductDocument> Products)
{
    /// <summary>The document of a profile.</summary>
    public static ProfileDocument Of(StepProfile profile, Rate ceiling)
    {
        PartDocument Share(double milliseconds) => new(milliseconds, 100 * milliseconds / profile.StepMilliseconds);
        PartDocument Part(StepPart part) => Share(profile[part]);
        return new(
            profile.StepMilliseconds, Part(StepPart.Gemm), Part(StepPart.Attention), Part(StepPart.Norms), Part(StepPart.Activations), Part(StepPart.CrossEntropy),
            Part(StepPart.Optimizer), Part(StepPart.Other), Share(profile.IdleMilliseconds), profile.GemmGflops, ceiling.Median, 100 * profile.GemmGflops / ceiling.Median,
            [.. profile.Products.Select(p => new ProductDocument(Name(p.Shape.Kind), p.Shape.Rows, p.Shape.Columns, p.Shape.Depth, p.Calls, p.Milliseconds, p.Gflops))]);
    }

    private static string Name(ProductKind kind) => kind switch
    {
        ProductKind.Frozen => "x · Wᵀ",
        ProductKind.FrozenTransposed => "dy · W",
        ProductKind.Dense => "a · b",
        ProductKind.DenseTransposedLeft => "aᵀ · b",
        ProductKind.DenseTransposedRight => "a · bᵀ",
        _ => "aᵀ · bᵀ",
    };
}
