using System.Text.Json;

namespace Tributary.Cli.Tests.Verbs;

public class BenchVerbTests
{
    [Theory]
    [InlineData(100, 1)]
    [InlineData(100, 2)]
    public void Many_simulated_clients_take_little_more_memory_than_their_adapters_and_moments(int clients, int threads)
    {
        var outcome = BuiltTool.Run("bench", "simulate", "--clients", $"{clients}", "--threads", $"{threads}", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = System.Text.Json.JsonDocument.Parse(outcome.Output);
        var result = document.RootElement;
        long Bytes(string name) => result.GetProperty(name).GetInt64();
        Bytes("difference").ShouldBe(Bytes("rss_many") - Bytes("rss_one"));
        Bytes("allowed").ShouldBe((long)((clients - 1) * 1.1 * (Bytes("adapter_bytes") + Bytes("moment_bytes"))) + 20_000_000);
        Bytes("difference").ShouldBeLessThanOrEqualTo(Bytes("allowed"));
    }

    [Fact]
    public void Joining_many_updates_takes_the_memory_of_joining_few()
    {
        var (few, many) = (Aggregate(4), Aggregate(100));
        many.GetProperty("clients").GetInt32().ShouldBe(100);
        many.GetProperty("gb_per_second").GetDouble().ShouldBeGreaterThan(0);
        many.GetProperty("seconds").GetProperty("median").GetDouble().ShouldBeGreaterThanOrEqualTo(many.GetProperty("seconds").GetProperty("best").GetDouble());

        // 96 updates of 4 MB would be 384 MB; results that are garbage come and go.
        (many.GetProperty("peak_rss_bytes").GetInt64() - few.GetProperty("peak_rss_bytes").GetInt64()).ShouldBeLessThan(60_000_000);
    }

    [Fact]
    public void A_model_in_nf4_generates_in_little_more_memory_than_its_weights()
    {
        var outcome = BuiltTool.Run("bench", "generate", "--preset", "llama-160m", "--base-dtype", "nf4", "--prompt-tokens", "4", "--new-tokens", "2", "--threads", "2", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = System.Text.Json.JsonDocument.Parse(outcome.Output);
        var result = document.RootElement;
        var (blocks, vocabulary, norms) = (12 * ((4 * 768 * 768) + (3 * 768 * 3072)), 32000 * 768, 25 * 768);
        result.GetProperty("base_bytes").GetInt64().ShouldBeInRange((long)(blocks * 4.5 / 8) + (vocabulary * 6) + (4 * norms), (long)(blocks * 4.6 / 8) + (vocabulary * 6) + (4 * norms));
        result.GetProperty("peak_rss_bytes").GetInt64().ShouldBeLessThan(result.GetProperty("base_bytes").GetInt64() + 120_000_000);
        result.GetProperty("tokens_per_second").GetProperty("median").GetDouble().ShouldBeGreaterThan(0);
        double Median(string name) => result.GetProperty(name).GetProperty("median").GetDouble();
        var read = result.GetProperty("weight_bytes_per_token").GetInt64();
        read.ShouldBe(result.GetProperty("base_bytes").GetInt64() - (4L * (vocabulary - 768)), "all weights, and of the embedding a row");
        Median("bandwidth_share").ShouldBe(Median("tokens_per_second") * read / 1e9 / Median("read_bandwidth"), 1e-9);
    }

    [Fact]
    public void The_parts_of_a_profile_make_up_the_step_and_a_step_leaves_no_garbage()
    {
        var outcome = BuiltTool.Run("bench", "train", "--batch", "1", "--length", "16", "--steps", "2", "--threads", "2", "--profile", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = System.Text.Json.JsonDocument.Parse(outcome.Output);
        var profile = document.RootElement.GetProperty("profile");
        double Number(string name) => profile.GetProperty(name).GetDouble();
        double Ms(string part) => profile.GetProperty(part).GetProperty("ms").GetDouble();
        string[] parts = ["gemm", "attention", "norms", "activations", "cross_entropy", "optimizer", "other", "idle"];
        parts.Sum(Ms).ShouldBe(Number("step_ms"), 1e-6);
        parts.MaxBy(Ms).ShouldBe("gemm");
        Number("gemm_percent_of_ceiling").ShouldBe(100 * Number("gemm_gflops") / Number("ceiling_gflops"), 1e-9);
        document.RootElement.GetProperty("gc_bytes_per_step").GetDouble().ShouldBe(0);
    }

    [Fact]
    public void A_training_benchmark_can_be_interrupted_while_its_weights_are_drawn()
    {
        using var bench = BuiltTool.Start("bench", "train", "--preset", "gpt2-124m", "--steps", "1000000");
        Thread.Sleep(TimeSpan.FromSeconds(1));

        bench.Interrupt();

        bench.Outcome().Code.ShouldBe(130);
    }

    [Fact]
    public void A_benchmark_ends_soon_also_within_a_long_step()
    {
        using var bench = BuiltTool.Start("bench", "gemm", "--m", "65536", "--n", "16384", "--k", "16384", "--threads", "1"); // minutes for a product, and gigabytes to draw before
        Thread.Sleep(TimeSpan.FromSeconds(1));

        bench.Interrupt();

        var began = TimeProvider.System.GetTimestamp();
        bench.Outcome().Code.ShouldBe(130);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Steps_of_many_clients_are_held_against_as_many_steps_of_one()
    {
        var outcome = BuiltTool.Run("bench", "clients", "--clients", "3", "--batch", "2", "--length", "8", "--threads", "2", "--repetitions", "2", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = System.Text.Json.JsonDocument.Parse(outcome.Output);
        var result = document.RootElement;
        double Best(string name) => result.GetProperty(name + "_ms").GetProperty("best").GetDouble();
        foreach (var way in new[] { "one_after_another", "side_by_side", "together", "one_batch" })
        {
            Best(way).ShouldBeGreaterThan(0);
            result.GetProperty("ratios").GetProperty(way).GetDouble().ShouldBeGreaterThan(0);
        }

        result.GetProperty("together_over_alone").GetDouble().ShouldBeGreaterThan(0);
        result.GetProperty("same_results").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("gemm --m 64 --n 64 --k 64", "multiply", "multiply_transposed", "gemm", "ceiling")]
    [InlineData("attention --batch 1 --length 16 --heads 2 --width 16", "forward", "gradient", "ceiling")]
    public void Kernels_are_measured_beside_their_ceiling(string line, params string[] rates)
    {
        var outcome = BuiltTool.Run(["bench", .. line.Split(' '), "--threads", "1", "--json"]);

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = System.Text.Json.JsonDocument.Parse(outcome.Output);
        foreach (var rate in rates)
        {
            document.RootElement.GetProperty(rate).GetProperty("median").GetDouble().ShouldBeGreaterThan(0);
        }
    }

    [Theory]
    [InlineData("clients --preset bert-base", "does not predict next tokens")]
    [InlineData("clients --length 4000 --preset gpt2-124m", "does not predict next tokens in sequences of 4000")]
    [InlineData("generate --preset bert-base", "bert-base does not generate text")]
    [InlineData("generate --base-dtype q4", "it must be one of f32, bf16, int8, nf4")]
    [InlineData("generate --preset llama-160m --new-tokens 3000", "longer than the model's context of 2048")]
    [InlineData("train --preset gpt3", "it must be one of gpt2-124m")]
    [InlineData("train --batch 0", "--batch is 0")]
    [InlineData("train --base-dtype f64", "it must be one of f32, bf16")]
    [InlineData("attention --batch 65536 --length 1048576", "operands below 2^31 elements")]
    [InlineData("fly", "unknown verb 'fly'")]
    [InlineData("", "say which: train")]
    public void Absurd_settings_are_refused_in_one_line(string line, string says) =>
        BuiltTool.Run(["bench", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).ShouldBeRefused().ShouldContain(says);

    private static JsonElement Aggregate(int clients)
    {
        var outcome = BuiltTool.Run("bench", "aggregate", "--clients", $"{clients}", "--parameters", "1048576", "--json");
        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        return document.RootElement.Clone();
    }
}
