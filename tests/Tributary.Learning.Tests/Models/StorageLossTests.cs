using System.Text.Json;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Xunit.Abstractions;

namespace Tributary.Learning.Tests.Models;

/// <summary>What each storage costs a trained model: the mean loss of its own kind of text, in nats per token.</summary>
public class StorageLossTests(ITestOutputHelper output)
{
    private const int Stories = 24;
    private const int Tokens = 256;

    [SharedDataTheory]
    [InlineData("stories260K-llama", StorageType.BF16, 0.002)]
    [InlineData("stories260K-llama", StorageType.Int8, 0.004)]
    [InlineData("stories260K-llama", StorageType.Nf4, 0.15)]
    [InlineData("babyllama-105-tinystories", StorageType.BF16, 0.002)]
    [InlineData("babyllama-105-tinystories", StorageType.Int8, 0.004)]
    [InlineData("babyllama-105-tinystories", StorageType.Nf4, 0.06)]
    public void A_trained_model_loses_little(string name, StorageType storage, double most)
    {
        var folder = SharedData.PathOf("models", name);
        var (exact, stored) = (Loss(folder, StorageType.F32), Loss(folder, storage));
        output.WriteLine($"f32 {exact:0.00000}, {storage} {stored:0.00000}");
        exact.ShouldBeInRange(0.5, 2.5);
        stored.ShouldNotBe(exact);
        Math.Abs(stored - exact).ShouldBeLessThan(most);
    }

    private static double Loss(string folder, StorageType storage)
    {
        using var backend = new CpuBackend(2);
        using var model = ModelLoader.Load(folder, backend, storage);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        var tokenizer = TokenizerLoader.Load(folder);
        var rows = new TokenRows();
        using var stories = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("data", "text", "tinystories", "tinystories_800.json")));
        foreach (var story in stories.RootElement.EnumerateArray().Take(Stories))
        {
            int[] ids = [.. tokenizer.Encode(story.GetString()!.Replace('\n', ' '), addSpecialTokens: true).Take(Tokens)];
            rows.Add(ids, [.. ids.Skip(1), TokenRows.Ignore]);
        }

        return learner.Loss(rows);
    }
}
