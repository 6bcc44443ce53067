using System.Text.Json.Nodes;
using Tributary.Numerics;
using Tributary.Simulation.Verification;
using Xunit.Abstractions;

namespace Tributary.Simulation.Tests.Verification;

public sealed class GoldenSuiteTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_committed_fixture_passes() => Run(Committed()).ShouldAllBe(o => o.Status == FixtureStatus.Passed);

    [SharedDataFact]
    public void No_shared_fixture_fails_and_the_claimed_ones_pass()
    {
        var outcomes = Run(SharedData.PathOf("golden"));
        outcomes.Where(o => o.Status == FixtureStatus.Failed).ShouldBeEmpty();

        var passed = outcomes.Where(o => o.Status == FixtureStatus.Passed).Select(o => o.Path).ToHashSet(StringComparer.Ordinal);
        string[] claimed =
        [
            "math/clipping.json", "math/cross_entropy.json", "math/federated_server.json", "math/lora_aggregation.json", "math/optimizers.json", "math/philox.json", "math/schedules.json",
            "quant/int8_absmax.json", "quant/nf4.json", "quant/rounding.json",
            "models/gpt2", "models/gpt2_seqcls", "models/gpt2_variants", "models/llama", "models/llama3_rope", "models/llama_reward", "models/llama_rope_scaled",
            "models/gemma", "models/gpt_neox", "models/mistral", "models/opt", "models/qwen2", "models/qwen2_untied", "models/t5", "models/t5_v1_1",
            "peft/gpt2_lora", "peft/gpt2_lora_all_linear", "peft/gpt2_lora_embedding", "peft/gpt2_lora_layers", "peft/gpt2_lora_lm_head", "peft/gpt2_lora_patterns",
            "peft/gpt2_lora_save_head", "peft/gpt2_lora_two_active", "peft/gpt2_lora_weighted", "peft/llama_lora", "peft/llama_lora_all_rs", "runs/gpt2_lora_cosine_clip", "runs/llama_lora_fedavg",
            "models/bert_mlm", "models/bert_seqcls", "models/bert_tokcls", "models/distilbert_regression", "models/distilbert_seqcls", "models/mobilebert_mlm",
            "models/mobilebert_seqcls", "models/roberta_mlm", "models/roberta_multilabel", "models/roberta_seqcls",
            "peft/roberta_lora", "peft/roberta_lora_all_linear", "peft/roberta_lora_embedding", "peft/roberta_lora_layers", "peft/roberta_lora_patterns",
            "peft/roberta_lora_save_head", "peft/roberta_lora_two_active", "peft/roberta_lora_weighted", "runs/roberta_lora_cosine_clip", "runs/roberta_lora_fedavg",
            "tokenizers/gpt2", "tokenizers/llama",
        ];
        claimed.Where(path => !passed.Contains(path)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_skipped_fixture_says_why()
    {
        using var suite = new TemporarySuite();
        suite.Add("math/future.json", "{\"about\":\"a method that nobody has written yet\"}");
        var outcome = GoldenSuite.Run(suite.Root, progress: null).ShouldHaveSingleItem();
        outcome.Status.ShouldBe(FixtureStatus.Skipped);
        outcome.Why.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_wrong_number_fails_with_its_place()
    {
        using var suite = new TemporarySuite();
        suite.Add("math/schedules.json", """{"base_lr":0.5,"warmup_steps":0,"total_steps":4,"lr_used_at_step":{"linear":[0.5,0.375,0.26]}}""");
        var outcome = GoldenSuite.Run(suite.Root, progress: null).ShouldHaveSingleItem();
        outcome.Status.ShouldBe(FixtureStatus.Failed);
        outcome.WorstRatio.ShouldBeGreaterThan(1);
        outcome.Why!.ShouldContain("linear[2]");
    }

    [Theory]
    [InlineData("quant/int8_absmax.json", "codes", -1)]
    [InlineData("quant/int8_absmax.json", "dequantised", 0.5)]
    [InlineData("quant/nf4.json", "codes", 0)]
    [InlineData("quant/nf4.json", "dequantised", 0.5)]
    [InlineData("quant/nf4.json", "packed_bytes_high_nibble_first", 0)]
    public void One_wrong_code_or_number_of_a_block_format_fails(string path, string member, double wrong)
    {
        using var suite = new TemporarySuite();
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(Committed(), path)))!;
        root["cases"]![0]![member]![0] = wrong;
        suite.Add(path, root.ToJsonString());
        var outcome = GoldenSuite.Run(suite.Root, progress: null).ShouldHaveSingleItem();
        outcome.Status.ShouldBe(FixtureStatus.Failed);
        outcome.Why!.ShouldContain("cases[0]");
    }

    [Theory]
    [InlineData(0f, FixtureStatus.Passed)]
    [InlineData(0.01f, FixtureStatus.Failed)]
    public void A_model_is_known_by_its_content_and_one_changed_weight_is_found(float change, FixtureStatus expected)
    {
        using var suite = new TemporarySuite();
        var folder = suite.Copy(Path.Combine(Committed(), "models", "llama"), "models/under-another-name");
        using (var weights = new FileStream(Path.Combine(folder, "model.safetensors"), FileMode.Open))
        {
            // The last tensor of the file ends with it.
            var bytes = new byte[sizeof(float)];
            weights.Seek(-bytes.Length, SeekOrigin.End);
            weights.ReadExactly(bytes);
            weights.Seek(-bytes.Length, SeekOrigin.End);
            weights.Write(BitConverter.GetBytes(BitConverter.ToSingle(bytes) + change));
        }

        GoldenSuite.Run(suite.Root, progress: null).ShouldHaveSingleItem().Status.ShouldBe(expected);
    }

    [Fact]
    public void A_damaged_fixture_fails_and_the_others_still_run()
    {
        using var suite = new TemporarySuite();
        suite.Add("math/broken.json", "{\"base_lr\":");
        suite.Add("math/schedules.json", """{"base_lr":0.5,"warmup_steps":0,"total_steps":4,"lr_used_at_step":{"linear":[0.5]}}""");
        GoldenSuite.Run(suite.Root, progress: null).Select(o => o.Status).ShouldBe([FixtureStatus.Failed, FixtureStatus.Passed]);
    }

    [Fact]
    public void A_folder_without_fixtures_is_refused()
    {
        using var suite = new TemporarySuite();
        Should.Throw<InputException>(() => GoldenSuite.Run(suite.Root, progress: null));
        Should.Throw<InputException>(() => GoldenSuite.Run(Path.Combine(suite.Root, "missing"), progress: null));
    }

    // Read from the sources rather than copied: a copy would outlive a fixture that was removed.
    private static string Committed()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tributary.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.ShouldNotBeNull("the tests run outside a clone").FullName, "tests", "Golden");
    }

    private IReadOnlyList<FixtureOutcome> Run(string root)
    {
        var outcomes = GoldenSuite.Run(root, progress: null);
        foreach (var o in outcomes)
        {
            output.WriteLine($"{o.Status,-8} {o.WorstRatio:G3} {o.Path} {o.Why}");
        }

        return outcomes;
    }
}
