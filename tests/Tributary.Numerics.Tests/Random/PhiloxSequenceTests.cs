using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.Random;

public sealed class PhiloxSequenceTests
{
    private readonly PhiloxSequence _sequence = PhiloxStream.Root(1).Sequence();

    [Fact]
    public void Words_are_those_of_tensor_zero_and_position_is_all_the_state()
    {
        var generator = PhiloxStream.Root(1).Generator;
        for (var i = 0; i < 11; i++)
        {
            new PhiloxSequence(generator, _sequence.Position).NextWord().ShouldBe(generator.Block(0, (ulong)i / 4)[i % 4]);
            _sequence.NextWord().ShouldBe(generator.Block(0, (ulong)i / 4)[i % 4]);
        }
    }

    [SharedDataFact]
    public void Normals_have_the_moments_of_the_reference()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "math", "philox.json")));
        var expected = document.RootElement.GetProperty("moments_32");
        var generator = new Philox(0x12345678deadbeef);
        var normals = Enumerable.Range(0, 4096).Select(i => generator.Block((uint)(i / 4), 0, 0, 0).Normal(i % 4)).ToArray();
        var mean = normals.Average();
        mean.ShouldBe(expected.GetProperty("mean").GetDouble(), 1e-13);
        normals.Average(z => (z - mean) * (z - mean)).ShouldBe(expected.GetProperty("variance_population").GetDouble(), 1e-12);
        normals.Max(Math.Abs).ShouldBe(expected.GetProperty("largest_abs").GetDouble(), 1e-13);
    }

    [Fact]
    public void Indices_are_equally_likely()
    {
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[_sequence.Index(7)]++;
        }

        counts.ShouldAllBe(count => Math.Abs(count - 10_000) < 500);
    }

    [Fact]
    public void Indices_of_a_range_that_does_not_divide_the_words_are_not_biased()
    {
        const int count = 3 << 29; // the naive remainder would hit the lower half twice as often
        var low = Enumerable.Range(0, 20_000).Count(_ => _sequence.Index(count) < count / 2);
        ((double)low).ShouldBe(10_000, 400);
    }

    [Fact]
    public void Shuffle_is_a_permutation_and_every_order_is_equally_likely()
    {
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 12_000; i++)
        {
            var items = "abc".ToCharArray();
            _sequence.Shuffle(items.AsSpan());
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }

        counts.Keys.Order().ShouldBe(["abc", "acb", "bac", "bca", "cab", "cba"]);
        counts.Values.ShouldAllBe(count => Math.Abs(count - 2000) < 250);
    }

    [Fact]
    public void Choice_is_an_ascending_subset() => Prop.ForAll<int, int>((a, b) =>
    {
        var population = Math.Abs(a % 50);
        var count = population == 0 ? 0 : Math.Abs(b % (population + 1));
        var chosen = new PhiloxSequence(new Philox((ulong)a)).Choose(population, count);
        return chosen.Length == count && chosen.SequenceEqual(chosen.Distinct().Order()) && chosen.All(i => i >= 0 && i < population);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Categorical_follows_the_weights_and_never_takes_a_zero()
    {
        var counts = new int[4];
        for (var i = 0; i < 40_000; i++)
        {
            counts[_sequence.Categorical([1, 0, 3, 0])]++;
        }

        counts[1].ShouldBe(0);
        counts[3].ShouldBe(0);
        ((double)counts[0]).ShouldBe(10_000, 500);
        Should.Throw<ArgumentException>(() => _sequence.Categorical([0, 0]));
        Should.Throw<ArgumentException>(() => _sequence.Categorical([1, double.NaN]));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(4.5)]
    public void Gamma_numbers_have_mean_and_variance_of_their_shape(double shape)
    {
        var draws = Enumerable.Range(0, 40_000).Select(_ => _sequence.Gamma(shape)).ToArray();
        var mean = draws.Average();
        mean.ShouldBe(shape, 0.03 * Math.Max(1, shape));
        draws.Average(x => (x - mean) * (x - mean)).ShouldBe(shape, 0.08 * Math.Max(1, shape));
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(0.5)]
    [InlineData(1e6)]
    public void Dirichlet_points_lie_on_the_simplex(double concentration)
    {
        var sums = new double[5];
        var point = new double[5];
        for (var i = 0; i < 4000; i++)
        {
            _sequence.Dirichlet(concentration, point);
            point.Sum().ShouldBe(1, 1e-12);
            point.ShouldAllBe(p => p >= 0);
            for (var j = 0; j < 5; j++)
            {
                sums[j] += point[j] / 4000;
            }
        }

        sums.ShouldAllBe(mean => Math.Abs(mean - 0.2) < 0.03);
    }

    [Fact]
    public void Dirichlet_variance_is_that_of_the_distribution()
    {
        double[] alphas = [1, 2, 5];
        var point = new double[3];
        var draws = new double[20_000];
        for (var i = 0; i < draws.Length; i++)
        {
            _sequence.Dirichlet(alphas, point);
            draws[i] = point[2];
        }

        draws.Average().ShouldBe(5.0 / 8, 0.01);
        draws.Average(x => (x - 0.625) * (x - 0.625)).ShouldBe(5.0 * 3 / (64 * 9), 0.001);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Absurd_shape_is_refused(double shape) => Should.Throw<ArgumentException>(() => _sequence.Gamma(shape));
}
