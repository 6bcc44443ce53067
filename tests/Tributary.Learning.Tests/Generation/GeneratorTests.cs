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

    [Theory]
    [MemberData(nameof(TinyModels.Writers), MemberType = typeof(TinyModels))]
    public void Logits_behind_a_cache_are_those_of_the_whole_text(string config) => With(config, learner =>
    {
        int[] text = [3, 9, 27, 14, 5, 8, 30, 11, 2, 19, 6, 7, 22, 4, 13];
        int[] answered = learner.Model.Encoder is null ? [] : [17, 3, 30, 21, 5, 5, 8];
        var shape = learner.Model.Shape;
        var rows = new TokenRows();
        rows.Add(text, [], answered: answered);
        var whole = learner.Logits(rows);
        using var cache = new KeyValueCache(learner.Model.Backend, shape.Layers, shape.KeyValueWidth, text.Length)
        {
            Source = answered.Length == 0 ? null : new KeyValueCache(learner.Model.Backend, shape.Layers, shape.KeyValueWidth, answered.Length),
        };
        foreach (var count in (int[])[4, 1, 1, 6, 1, 2])
        {
            var start = cache.Length;
            rows.Clear();
            rows.Add(text.AsSpan(start, count), [], firstPosition: start, keysBefore: start, keyStart: 0, answered: answered);
            learner.Infer(rows, learner.Model.Logits, cache).ShouldBe(whole[(start * shape.Vocabulary)..((start + count) * shape.Vocabulary)], 1e-6);
        }

        cache.Length.ShouldBe(text.Length);
    });

    [Theory]
    [InlineData(TinyModels.T5)]
    [InlineData(TinyModels.GatedT5)]
    public void An_answer_begins_behind_the_start_token_and_depends_on_the_prompt(string config) => With(config, learner =>
    {
        float[] First(params int[] prompt)
        {
            var rows = new TokenRows();
            rows.Add([learner.Model.Shape.DecoderStartId!.Value], [], answered: prompt);
            return learner.Logits(rows);
        }

        var logits = First(3, 9, 27);
        new Generator(learner).Generate([3, 9, 27], 1, Sampling.Greedy, 0, NoStops).ShouldBe([Array.IndexOf(logits, logits.Max())]);
        First(27, 9, 3).ShouldNotBe(logits);
        First(3, 9, 27, 9).ShouldNotBe(logits);
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
