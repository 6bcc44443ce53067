using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.TensorTrain;

/// <summary>Splits a width into factors of like size.</summary>
internal static class Factors
{
    /// <summary>As many factors as asked for whose product is the number, as even as its primes allow, in falling order.</summary>
    public static IReadOnlyList<int> Of(int number, int count)
    {
        var factors = Enumerable.Repeat(1, count).ToArray();
        foreach (var prime in Primes(number))
        {
            factors[Array.IndexOf(factors, factors.Min())] *= prime;
        }

        return [.. factors.OrderDescending()];
    }

    // Largest first, so that the small ones even the factors out.
    private static IEnumerable<int> Primes(int number)
    {
        var primes = new List<int>();
        for (var divisor = 2; number > 1; divisor = number % divisor == 0 ? divisor : divisor + 1)
        {
            if (number % divisor == 0)
            {
                primes.Add(divisor);
                number /= divisor;
            }
        }

        return primes.OrderDescending();
    }
}
