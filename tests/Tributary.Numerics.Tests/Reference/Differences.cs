namespace Tributary.Numerics.Tests.Reference;

/// <summary>Compares derivatives with central differences of a function of several arrays.</summary>
internal static class Differences
{
    private const double Step = 1e-5;

    /// <summary>gradients[i] must be the gradient of Σ weights · function(inputs) by inputs[i].</summary>
    public static void CheckGradients(Func<double[][], double[]> function, double[][] inputs, double[] weights, double[][] gradients)
    {
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients[i].Length.ShouldBe(inputs[i].Length);
            var numeric = new double[inputs[i].Length];
            for (var e = 0; e < numeric.Length; e++)
            {
                var direction = inputs.Select(x => new double[x.Length]).ToArray();
                direction[i][e] = 1;
                numeric[e] = Along(function, inputs, direction).Zip(weights, (d, w) => d * w).Sum();
            }

            Close(gradients[i], numeric, $"gradient {i}");
        }
    }

    /// <summary>tangent must be the derivative of function(inputs) along directions.</summary>
    public static void CheckTangent(Func<double[][], double[]> function, double[][] inputs, double[][] directions, double[] tangent) =>
        Close(tangent, Along(function, inputs, directions), "tangent");

    /// <summary>Every entry within <paramref name="tolerance"/> of the largest.</summary>
    public static void Close(double[] actual, double[] expected, string what, double tolerance = 1e-8)
    {
        actual.Length.ShouldBe(expected.Length, what);
        var scale = expected.Max(Math.Abs);
        scale.ShouldBeGreaterThan(0, what + " is zero: nothing is checked");
        for (var e = 0; e < expected.Length; e++)
        {
            actual[e].ShouldBe(expected[e], tolerance * scale, $"{what}[{e}]");
        }
    }

    private static double[] Along(Func<double[][], double[]> function, double[][] inputs, double[][] directions) =>
        function(Moved(inputs, directions, Step)).Zip(function(Moved(inputs, directions, -Step)), (up, down) => (up - down) / (2 * Step)).ToArray();

    private static double[][] Moved(double[][] inputs, double[][] directions, double step) =>
        inputs.Select((x, i) => x.Select((value, e) => value + (step * directions[i][e])).ToArray()).ToArray();
}
