using System.Text.Json;

namespace Tributary.Cli.Tests.Verbs;

public class GenerateVerbTests
{
    [SharedDataTheory]
    [InlineData("stories260K-llama")]
    [InlineData("gpt2-tinystories-char-223k")]
    [InlineData("babyllama-105-tinystories")]
    public void Greedy_continuations_are_those_of_the_reference(string model)
    {
        var folder = SharedData.PathOf("models", model);
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        var made = reference.RootElement.GetProperty("greedy_new_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();

        var outcome = BuiltTool.Run(
            "generate", "--model", folder, "--prompt", reference.RootElement.GetProperty("prompt").GetString()!, "--max-new-tokens", $"{made.Length}", "--greedy", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        document.RootElement.GetProperty("new_ids").EnumerateArray().Select(id => id.GetInt32()).ShouldBe(made);
        document.RootElement.GetProperty("text").GetString().ShouldBe(reference.RootElement.GetProperty("greedy_text").GetString());
    }

    [Theory]
    [InlineData("--model /nowhere --prompt x", "/nowhere")]
    [InlineData("--model . --prompt x --greedy --temperature 1", "--greedy excludes")]
    [InlineData("--model . --prompt x --temperature -1", "temperature")]
    [InlineData("--model . --prompt x --top-p 1.5", "top-p")]
    [InlineData("--model . --prompt x --max-new-tokens 0", "--max-new-tokens is 0")]
    [InlineData("--model . --prompt x --max-new-tokens many", "a whole number")]
    [InlineData("--model .", "--prompt")]
    public void Absurd_settings_are_refused_in_one_line(string line, string says) => BuiltTool.Run(["generate", .. line.Split(' ')]).ShouldBeRefused().ShouldContain(says);

    [Theory]
    [InlineData("--greedy")]
    [InlineData("--temperature=1")]
    public void A_model_whose_output_is_not_finite_says_so(string sampling)
    {
        using var folder = new TemporaryFolder();
        Runs.TinyModel.Write(folder.Root);
        var weights = folder.PathOf("model.safetensors");
        File.WriteAllBytes(weights, [.. File.ReadAllBytes(weights)[..^4], .. BitConverter.GetBytes(float.NaN)]);

        var outcome = BuiltTool.Run("generate", "--model", folder.Root, "--prompt", "x", sampling);

        outcome.Code.ShouldBe(1, outcome.Error);
        outcome.Error.ShouldContain("not a finite number");
        outcome.Output.ShouldBeEmpty();
    }
}
