using System.Text.Json;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Templates;

public sealed class TemplateTests
{
    private static readonly Dictionary<string, string> None = [];

    [SharedDataFact]
    public void Alpaca_prompts_are_the_published_ones()
    {
        var path = SharedData.PathOf("data", "instruction", "alpaca", "alpaca_tiny_with_text.json");
        using var published = JsonDocument.Parse(File.ReadAllBytes(path));
        var rows = DataFile.Read(path, DataFormat.Alpaca).Cast<InstructionExample>();

        rows.Select(row => PromptTemplate.Alpaca.Render(row) + row.Response).ShouldBe(published.RootElement.EnumerateArray().Select(row => row.GetProperty("text").GetString()));
    }

    [Fact]
    public void Values_that_look_like_placeholders_stay_as_they_are() =>
        new PromptTemplate("{context}|{instruction}", "{instruction}").Render(new InstructionExample("{context}", "{instruction}", "", None)).ShouldBe("{instruction}|{context}");

    [Fact]
    public void Templates_must_use_their_placeholders_and_no_others()
    {
        Should.Throw<InputException>(() => new PromptTemplate("{context}", "{instruction}")).Message.ShouldContain("{instruction} is missing");
        Should.Throw<InputException>(() => PromptTemplate.Plain with { WithoutContext = "{instruction} {input}" }).Message.ShouldContain("unknown placeholder {input}");
        Should.Throw<InputException>(() => ChatTemplate.Plain with { User = "user" }).Message.ShouldContain("chat template for user");
        new PromptTemplate("{instruction} {\"json\": 1}", "{instruction}").WithContext.ShouldContain("{\"json\"");
    }

    [Fact]
    public void Only_what_the_assistant_says_is_learned()
    {
        var spans = ChatTemplates.ChatMl.Render([new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Yes")]);

        spans.ShouldBe([
            new("<|im_start|>user\nHi<|im_end|>\n", false),
            new("<|im_start|>assistant\n", false),
            new("Yes<|im_end|>\n", true)]);
        ChatTemplates.ChatMl.Prompt([new(ChatRole.User, "Hi")]).ShouldBe("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
    }

    [Fact]
    public void Classes_are_said_by_name()
    {
        var templates = SampleTemplates.For(DataFormat.Classification) with { Labels = new LabelSet(["World", "Sports"], First: 1) };

        string.Concat(templates.Render(new ClassificationExample("Goal!", "2", None)).Select(span => span.Text)).ShouldBe("Goal!\nLabel: Sports");
    }

    [Fact]
    public void Templates_survive_json()
    {
        JsonSerializer.Deserialize<PromptTemplate>(JsonSerializer.Serialize(PromptTemplate.Dolly)).ShouldBe(PromptTemplate.Dolly);
        JsonSerializer.Deserialize<ChatTemplate>(JsonSerializer.Serialize(ChatTemplates.ChatMl)).ShouldBe(ChatTemplates.ChatMl);
    }
}
