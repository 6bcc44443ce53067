using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tokenizers;

namespace Tributary.Learning.Tests.Data.Tokenized;

/// <summary>Data sets under the tokenizers of published models.</summary>
public sealed class TextEncodingTests
{
    [SharedDataFact]
    public void Llama_begins_a_text_and_Gpt2_does_not()
    {
        TextEncoding.Of(TokenizerLoader.Load(SharedData.PathOf("models", "stories260K-llama"))).ShouldSatisfyAllConditions(
            encoding => encoding.Begin.ShouldBe(1),
            encoding => encoding.End.ShouldBe(2));
        TextEncoding.Of(TokenizerLoader.Load(SharedData.PathOf("models", "tokenizers", "gpt2"))).Begin.ShouldBeNull();
    }

    [SharedDataFact]
    public void Dolly_fits_and_only_responses_are_learned()
    {
        var tokenizer = TokenizerLoader.Load(SharedData.PathOf("models", "stories260K-llama"));
        var rows = DataFile.Read(SharedData.PathOf("data", "instruction", "dolly", "10", "local_training_1.json"), DataFormat.Dolly).Take(200).ToList();
        var data = new SampleTokenizer(TextEncoding.Of(tokenizer), SampleTemplates.For(DataFormat.Dolly), 256).Tokenize(rows, "north");

        (data.Count + data.Report.Dropped).ShouldBe(200);
        data.Report.CutPrompts.ShouldBeGreaterThan(0);
        data.Examples.ShouldAllBe(example => example.Ids.Length <= 256 && example.Ids[0] == 1);
        var whole = data.Examples.Zip(rows.Cast<InstructionExample>()).First(pair => pair.First.Ids.Length < 256);
        var learned = whole.First.Labels.Where(label => label != -100).ToArray();
        learned[^1].ShouldBe(2);
        tokenizer.Decode(learned[..^1]).Trim().ShouldBe(whole.Second.Response.Trim());
    }

    [SharedDataFact]
    public void Shakespeare_is_cut_into_blocks()
    {
        var tokenizer = TokenizerLoader.Load(SharedData.PathOf("models", "babyllama-105-tinystories"));
        var rows = DataFile.Read(SharedData.PathOf("data", "text", "tinyshakespeare", "input.txt"), DataFormat.Text).Take(300).ToList();
        var data = new BlockTokenizer(TextEncoding.Of(tokenizer), 128).Tokenize(rows, "stage");

        data.Examples.SkipLast(1).ShouldAllBe(block => block.Ids.Length == 128 && block.LabelledTokens == 128);
        data.Tokens.ShouldBeGreaterThan(10_000);
    }
}
