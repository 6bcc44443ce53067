using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Tributary.Learning.Tokenizers;

namespace Tributary.Bench.Tokenizers;

/// <summary>English text to tokens, on one core: the validation and test parts of WikiText-2 in the folder of shared data.</summary>
[InProcess]
[InvocationCount(1)]
[IterationCount(5)]
[WarmupCount(1)]
public class TokenizerBenchmarks
{
    private string text = string.Empty;
    private ITokenizer tokenizer = null!;
    private (int Runs, TimeSpan Cpu) spent;

    [Params("gpt2", "llama2", "llama3", "t5", "bert-base-uncased")]
    public string Name { get; set; } = "gpt2";

    [GlobalSetup]
    public void Setup()
    {
        var data = Environment.GetEnvironmentVariable("TRIBUTARY_DATA") ?? throw new InvalidOperationException("TRIBUTARY_DATA names no folder");
        text = string.Concat(new[] { "valid.txt", "test.txt" }.Select(file => File.ReadAllText(Path.Combine(data, "data", "text", "wikitext-2", file))));
        tokenizer = TokenizerLoader.Load(Path.Combine(data, "models", "tokenizers", Name));
        spent = default;
    }

    [Benchmark]
    public int Tokenize()
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var count = tokenizer.Tokenize(text).Length;
        spent = (spent.Runs + 1, spent.Cpu + (Process.GetCurrentProcess().TotalProcessorTime - before));
        return count;
    }

    // The machine may be shared: what counts is processor time.
    [GlobalCleanup]
    public void Report()
    {
        var megabytes = System.Text.Encoding.UTF8.GetByteCount(text) / 1e6;
        Console.WriteLine(FormattableString.Invariant($"// {Name}: {megabytes * spent.Runs / spent.Cpu.TotalSeconds:F1} MB per second of processor time, first runs included"));
    }
}
