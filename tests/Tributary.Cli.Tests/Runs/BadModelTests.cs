using System.Text;
using Tributary.Learning.Safetensors;

namespace Tributary.Cli.Tests.Runs;

public class BadModelTests
{
    private const string Sound = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""";

    [Theory]
    [InlineData("""[0,8]""", """[0,9]""", "needs 8 bytes")]
    [InlineData("""[8,16]""", """[4,12]""", "overlaps")]
    [InlineData("""[8,16]""", """[8,17]""", "outside the 16 bytes")]
    [InlineData("""[8,16]""", """[-8,0]""", "outside the 16 bytes")]
    [InlineData("""[2],"data_offsets":[8""", """[2147483647,2147483647,2147483647],"data_offsets":[8""", "overflows")]
    [InlineData("""[2],"data_offsets":[8""", """[4294967296,4294967296],"data_offsets":[8""", "not an integer from 0")]
    [InlineData("""[2],"data_offsets":[8""", """[-2],"data_offsets":[8""", "not an integer from 0")]
    [InlineData("\"b\"", "\"a\"", "'a' stands twice")]
    [InlineData("""F32","shape":[2],"data_offsets":[8""", """F31","shape":[2],"data_offsets":[8""", "unknown dtype 'F31'")]
    [InlineData("}}", "}", "not valid JSON")]
    public void A_lying_header_is_refused(string before, string after, string says)
    {
        using var experiment = new TinyExperiment();
        Sound.ShouldContain(before);
        var header = Encoding.UTF8.GetBytes(Sound.Replace(before, after, StringComparison.Ordinal));

        WriteWeights(experiment, [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[16]]);

        ShouldBeRefused(experiment).ShouldContain(says);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(300)]
    [InlineData(-5)]
    public void Truncated_weights_are_refused(int length)
    {
        using var experiment = new TinyExperiment();
        var whole = File.ReadAllBytes(Weights(experiment));

        WriteWeights(experiment, whole[..(length < 0 ? whole.Length + length : length)]);

        ShouldBeRefused(experiment).ShouldContain("truncated");
    }

    [Theory]
    [InlineData(1UL << 20)]
    [InlineData(ulong.MaxValue)]
    public void A_header_longer_than_the_file_is_refused(ulong length)
    {
        using var experiment = new TinyExperiment();

        WriteWeights(experiment, [.. BitConverter.GetBytes(length), .. Encoding.UTF8.GetBytes(Sound)]);

        ShouldBeRefused(experiment).ShouldContain("the header claims");
    }

    [Theory]
    [InlineData("lm_head.weight", false, "tensor lm_head.weight is missing")]
    [InlineData("model.norm.weight", true, "tensor model.norm.weight has shape [1, 16]")]
    public void A_missing_or_mis_shaped_tensor_is_named(string name, bool keep, string says)
    {
        using var experiment = new TinyExperiment();
        var writer = new SafetensorsWriter();
        using (var file = SafetensorsFile.Open(Weights(experiment)))
        {
            foreach (var entry in file.Entries.Where(entry => keep || entry.Name != name))
            {
                writer.Add(entry.Name, entry.Name == name ? [1, .. entry.Shape] : entry.Shape, file.ReadFloats(entry.Name));
            }
        }

        writer.Save(Weights(experiment));

        ShouldBeRefused(experiment).ShouldContain(says);
    }

    [Theory]
    [InlineData("\"llama\"", "\"mamba\"", "mamba")]
    [InlineData("LlamaForCausalLM", "LlamaForTelepathy", "LlamaForTelepathy")]
    [InlineData("\"hidden_size\":16,", "", "hidden_size is missing")]
    [InlineData("\"hidden_size\":16", "\"hidden_size\":-16", "hidden_size is -16")]
    [InlineData("\"hidden_size\":16", "\"hidden_size\":32", "shape")]
    [InlineData("\"hidden_size\":16", "\"hidden_size\":268435456", "hidden_size is 268435456")]
    [InlineData("\"num_attention_heads\":4", "\"num_attention_heads\":\"4\"", "num_attention_heads")]
    [InlineData("{\"model_type\"", "{model_type", "line 1")]
    [InlineData("\"llama\"", "\"\\ud800\"", "not Unicode")]
    [InlineData("LlamaForCausalLM", "\\udc00", "not Unicode")]
    public void A_configuration_that_cannot_be_is_refused(string before, string after, string says)
    {
        using var experiment = new TinyExperiment();
        Replace(Path.Combine(experiment.Model, "config.json"), before, after);

        ShouldBeRefused(experiment).ShouldContain(says);
    }

    [Fact]
    public void Weights_that_are_whole_numbers_are_refused_before_the_run_begins()
    {
        using var experiment = new TinyExperiment();
        var bytes = File.ReadAllBytes(Weights(experiment));
        var header = 8 + (int)BitConverter.ToUInt64(bytes);
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(bytes[8..header]).Replace("\"F32\"", "\"I32\"", StringComparison.Ordinal)).CopyTo(bytes, 8);

        WriteWeights(experiment, bytes);

        ShouldBeRefused(experiment).ShouldContain("is I32");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void A_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for(string file)
    {
        using var experiment = new TinyExperiment();
        var path = Path.Combine(experiment.Model, file);
        File.Delete(path);
        using (var make = System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            make.WaitForExit();
        }

        ShouldBeRefused(experiment).ShouldContain(path);
    }

    [Fact]
    public void A_vocabulary_larger_than_the_embedding_is_refused()
    {
        using var experiment = new TinyExperiment();
        Replace(Path.Combine(experiment.Model, "tokenizer.json"), "\"added_tokens\":[]", """
            "added_tokens":[{"id":96,"content":"<x>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}]
            """);

        ShouldBeRefused(experiment).ShouldContain("the tokenizer has 97 ids, the embedding only 96 rows");
    }

    [Fact]
    public void Weights_may_be_a_link_to_a_link()
    {
        using var experiment = new TinyExperiment();
        var whole = experiment.Finished("whole");
        var store = Path.Combine(experiment.Root, "store");
        File.Move(Weights(experiment), store);
        File.CreateSymbolicLink(store + ".link", store);
        File.CreateSymbolicLink(Weights(experiment), store + ".link");

        var linked = experiment.Finished("linked");

        linked.ShouldEqual(whole);
        ((long)linked.Result["subject"]!["model_bytes"]!).ShouldBe(new FileInfo(store).Length);
    }

    [Fact]
    public void A_pipe_instead_of_weights_is_refused_at_once()
    {
        using var experiment = new TinyExperiment();
        File.Delete(Weights(experiment));
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [Weights(experiment)]))
        {
            pipe.WaitForExit();
        }

        ShouldBeRefused(experiment).ShouldContain("0 bytes");
    }

    [Theory]
    [InlineData("{\"peft_type\":\"\\ud800\"}")]
    [InlineData("{\"peft_type\":\"LORA\",\"r\":2,\"target_modules\":[\"q_proj\"],\"rank_pattern\":{\"\\udc00\":2}}")]
    public void Half_a_character_in_an_adapter_is_refused(string config)
    {
        using var experiment = new TinyExperiment();
        var adapter = experiment.Finished().Adapter;
        File.WriteAllText(Path.Combine(adapter, "adapter_config.json"), config);

        BuiltTool.Run("generate", "--model", experiment.Model, "--adapter", adapter, "--prompt", "x").ShouldBeRefused().ShouldContain("adapter_config.json, line 1: an escaped character that is not Unicode");
    }

    [Fact]
    public void A_folder_with_pickles_alone_is_refused_with_the_way_to_convert()
    {
        using var experiment = new TinyExperiment();
        File.Move(Weights(experiment), Path.Combine(experiment.Model, "pytorch_model.bin"));

        ShouldBeRefused(experiment).ShouldContain("convert them once");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused()
    {
        using var experiment = new TinyExperiment();
        experiment.Change("model: model", "model: nowhere");

        ShouldBeRefused(experiment).ShouldContain("no model folder");
    }

    private static string ShouldBeRefused(TinyExperiment experiment)
    {
        var error = experiment.Run().ShouldBeRefused();
        experiment.Output().Files.ShouldBeEmpty();
        return error;
    }

    private static string Weights(TinyExperiment experiment) => Path.Combine(experiment.Model, "model.safetensors");

    private static void WriteWeights(TinyExperiment experiment, byte[] bytes) => File.WriteAllBytes(Weights(experiment), bytes);

    private static void Replace(string file, string before, string after)
    {
        var text = File.ReadAllText(file);
        text.ShouldContain(before);
        File.WriteAllText(file, text.Replace(before, after.Trim(), StringComparison.Ordinal));
    }
}
