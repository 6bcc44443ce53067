using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Merging;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Adaptation.Merging;

public class MergedFolderTests
{
    [SharedDataTheory]
    [InlineData("gpt2_lora")]
    [InlineData("gpt2_lora_save_head")]
    [InlineData("gpt2_lora_lm_head")]
    [InlineData("gpt2_lora_embedding")]
    [InlineData("llama_lora_all_rs")]
    [InlineData("llama_dora")]
    [InlineData("gpt2_ia3")]
    [InlineData("llama_ia3")]
    [InlineData("gpt2_bitfit")]
    public void A_merged_folder_gives_the_adapted_models_logits(string fixture)
    {
        var basis = SharedData.PathOf("golden", "models", fixture[..fixture.IndexOf('_')]);
        using var backend = new ReferenceBackend<double>();
        using var model = ModelLoader.Load(basis, backend);
        using var tape = new Tape(backend);
        var (adapter, values) = AdapterFolder.Read(SharedData.PathOf("golden", "peft", fixture), model);
        using var learner = new Learner(model, [adapter], new LanguageModelling(), tape);
        learner.Trainable.Write(values);
        var rows = GoldenBatch.Read(Path.Combine(basis, "inputs.json"), model.Shape);
        var folder = Directory.CreateTempSubdirectory("tributary-").FullName;

        MergedFolder.Write(folder, basis, model, [(adapter, values)]);

        using var merged = ModelLoader.Load(folder, backend);
        using var plain = new Learner(merged, [], new LanguageModelling(), tape);
        var expected = learner.Logits(rows);
        plain.Logits(rows).Zip(expected).Max(p => Math.Abs(p.First - p.Second)).ShouldBeLessThan(1e-4f);
        Directory.Delete(folder, true);
    }

    [Fact]
    public void Files_of_the_tokenizer_are_copied_also_when_they_are_links_into_the_models_own_store()
    {
        using var cache = new TemporaryFolder();
        var basis = Path.Combine(cache.Root, "snapshots", "main");
        Merge(basis, () =>
        {
            cache.Write(Path.Combine("blobs", "1f"), "merges");
            File.CreateSymbolicLink(Path.Combine(basis, "merges.txt"), Path.Combine("..", "..", "blobs", "1f"));
            cache.Write(Path.Combine("snapshots", "main", "vocab.json"), "{}");
            File.CreateSymbolicLink(Path.Combine(basis, "added_tokens.json"), "vocab.json");
        });
        File.ReadAllText(Path.Combine(basis, "out", "merges.txt")).ShouldBe("merges");
        File.ReadAllText(Path.Combine(basis, "out", "added_tokens.json")).ShouldBe("{}");
        new FileInfo(Path.Combine(basis, "out", "merges.txt")).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public void What_is_not_the_models_or_no_file_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        var secret = folder.Write("secret.txt", "mine");
        Refusal("link", path => File.CreateSymbolicLink(path, secret)).ShouldContain($"a link to {secret}, outside the model's folder");
        Refusal("links", path =>
        {
            File.CreateSymbolicLink(path + ".1", Path.Combine("..", "secret.txt"));
            File.CreateSymbolicLink(path, path + ".1");
        }).ShouldContain("outside the model's folder");
        Refusal("device", path => File.CreateSymbolicLink(path, "/dev/zero")).ShouldContain("outside the model's folder");
        Refusal("pipe", path =>
        {
            using var pipe = System.Diagnostics.Process.Start("mkfifo", [path]);
            pipe.WaitForExit();
        }).ShouldContain("a pipe or a device in the place of a file");
        Refusal("huge", path =>
        {
            using var file = File.Create(path);
            file.SetLength((512L << 20) + 1);
        }).ShouldContain("larger than 512 MB");

        string Refusal(string name, Action<string> make)
        {
            var basis = Path.Combine(folder.Root, name);
            var message = Should.Throw<InputException>(() => Merge(basis, () => make(Path.Combine(basis, "merges.txt")))).Message;
            message.ShouldContain(Path.Combine(basis, "merges.txt"));
            Directory.Exists(Path.Combine(basis, "out")).ShouldBeFalse();
            return message;
        }
    }

    private static void Merge(string basis, Action make)
    {
        Directory.CreateDirectory(basis);
        File.WriteAllText(Path.Combine(basis, "config.json"), TinyModels.Llama);
        make();
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        MergedFolder.Write(Path.Combine(basis, "out"), basis, model, []);
    }
}
