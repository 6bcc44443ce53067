using Tributary.Learning.Autograd;
using Tributary.Learning.Generation;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Generation;

public class GeneratorTests
{
    private static readonly HashSet<int> NoStops = [];

    [Theory]
    [MemberData(nameof(TinyModels.Decoders), MemberType = typeof(TinyModels))]
    public void Cached_generation_equals_running_the_whole_text_again(string config) => With(config, learner =>
    {
        int[] prompt = [3, 9, 27];
        var cached = new Generator(learner).Generate(prompt, 16, Sampling.Greedy, 0, NoStops);
        var text = prompt.ToList();
        for (var i = 0; i < 16; i++)
        {
            var logits = learner.Logits(TinyModels.Rows([.. text]));
            var last = logits[^learner.Model.Shape.Vocabulary..];
            text.Add(Array.IndexOf(last, last.Max()));
        }

        cached.ShouldBe(text.Skip(3));
    });

    [Fact]
    public void Generation_ends_at_the_context_and_at_a_stop_token() => With(TinyModels.Gpt2, learner =>
    {
        var generator = new Generator(learner);
        var all = generator.Generate([3, 9], 100, Sampling.Greedy, 0, NoStops);
        all.Count.ShouldBe(learner.Model.Shape.Positions - 2 + 1);
        var stop = all[4];
        generator.Generate([3, 9], 100, Sampling.Greedy, 0, new HashSet<int> { stop }).ShouldBe(all.TakeWhile(t => t != stop));
    });

    [Fact]
    public void The_same_seed_samples_the_same_text_and_another_seed_another() => With(TinyModels.Llama, learner =>
    {
        var generator = new Generator(learner);
        var sampling = new Sampling(1.5, 0.95);
        var text = generator.Generate([1], 20, sampling, 5, NoStops);
        generator.Generate([1], 20, sampling, 5, NoStops).ShouldBe(text);
        generator.Generate([1], 20, sampling, 6, NoStops).ShouldNotBe(text);
    });

    [Fact]
    public void Empty_and_too_long_prompts_are_refused() => With(TinyModels.Gpt2, learner =>
    {
        Should.Throw<InputException>(() => new Generator(learner).Generate([], 1, Sampling.Greedy, 0, NoStops));
        Should.Throw<InputException>(() => new Generator(learner).Generate(new int[25], 1, Sampling.Greedy, 0, NoStops));
    });

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1.5)]
    public void Settings_that_mean_nothing_are_refused(double temperature, double topP) =>
        Should.Throw<InputException>(() => new Sampling(temperature, topP).Checked());

    private static void With(string config, Action<Learner> check)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        check(learner);
    }
}
