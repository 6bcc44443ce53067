using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Autograd;
using Tributary.Learning.Generation;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Adaptation.VirtualTokens;

public class GenerationTests
{
    [Theory]
    [InlineData(TinyModels.Gpt2, true)]
    [InlineData(TinyModels.Llama, true)]
    [InlineData(TinyModels.Gpt2, false)]
    [InlineData(TinyModels.Llama, false)]
    public void Cached_generation_behind_virtual_tokens_equals_running_the_whole_text_again(string config, bool prompt) => With(config, prompt, learner =>
    {
        int[] begin = [3, 9, 27];
        var cached = new Generator(learner).Generate(begin, 8, Sampling.Greedy, 0, new HashSet<int>());
        var text = begin.ToList();
        for (var i = 0; i < 8; i++)
        {
            var last = learner.Logits(TinyModels.Rows([.. text]))[^learner.Model.Shape.Vocabulary..];
            text.Add(Array.IndexOf(last, last.Max()));
        }

        cached.ShouldBe(text.Skip(3));
    });

    [Fact]
    public void Virtual_tokens_take_room_in_the_context() => With(TinyModels.Gpt2, true, learner =>
    {
        new Generator(learner).Generate(new int[19], 100, Sampling.Greedy, 0, new HashSet<int>()).Count.ShouldBe(24 - 23 + 1);
        Should.Throw<InputException>(() => new Generator(learner).Generate(new int[21], 1, Sampling.Greedy, 0, new HashSet<int>()));
    });

    [Fact]
    public void A_sequence_is_the_same_whatever_else_is_in_the_batch() => With(TinyModels.Llama, true, learner =>
    {
        var alone = learner.Logits(TinyModels.Rows([4, 8, 15, 16]));
        var together = learner.Logits(TinyModels.Rows([23, 5, 9], [4, 8, 15, 16]));
        together[^alone.Length..].ShouldBe(alone);
    });

    private static void With(string architecture, bool prompt, Action<Learner> check)
    {
        using IBackend backend = new ReferenceBackend<float>();
        using var model = TinyModels.Build(architecture, backend);
        using var tape = new Tape(backend);
        AdapterConfig config = prompt ? new PromptTuningConfig(4) : new PrefixTuningConfig(4, 6);
        var adapter = config.Resolve(model)[0];
        using var learner = new Learner(model, [adapter], new LanguageModelling(), tape);
        learner.Trainable.Write(adapter.Initial(model, 3));
        check(learner);
    }
}
