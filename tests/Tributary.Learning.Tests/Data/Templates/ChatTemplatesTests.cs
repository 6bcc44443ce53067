using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Templates;

/// <summary>Expected texts are what the published template programs write.</summary>
public sealed class ChatTemplatesTests : IDisposable
{
    private static readonly ChatMessage[] Bare = [new(ChatRole.User, " Hi "), new(ChatRole.Assistant, " Yes ")];
    private static readonly ChatMessage[] WithOrders = [new(ChatRole.System, "Be brief. "), .. Bare, new(ChatRole.User, "More"), new(ChatRole.Assistant, "No")];

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("chatml", "<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\n| Yes <|im_end|>\n")]
    [InlineData("qwen2", "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\n| Yes <|im_end|>\n")]
    [InlineData("qwen2.5", "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\n| Yes <|im_end|>\n")]
    [InlineData("llama3", "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n|Yes<|eot_id|>")]
    [InlineData("gemma", "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n|Yes<end_of_turn>\n")]
    [InlineData("mistral", "<s>[INST]  Hi  [/INST]| Yes </s>")]
    [InlineData("mistral-system", "<s> [INST]  Hi  [/INST]|  Yes </s>")]
    [InlineData("llama2", "<s>[INST] Hi [/INST]| Yes </s>")]
    [InlineData("zephyr", "<|user|>\n Hi </s>\n<|assistant|>\n| Yes </s>\n")]
    public void A_dialogue_is_written_as_published_and_what_the_model_writes_is_learned(string name, string expected)
    {
        var cut = expected.LastIndexOf('|', expected.IndexOf("Yes", StringComparison.Ordinal)); // what stands behind the bar is learned
        var (prompt, answer) = (expected[..cut], expected[(cut + 1)..]);
        var template = ChatTemplates.Named(name);
        var spans = template.Render(Bare);
        string.Concat(spans.Where(s => !s.Learned).Select(s => s.Text)).ShouldBe(prompt);
        string.Concat(spans.Where(s => s.Learned).Select(s => s.Text)).ShouldBe(answer);
        template.Prompt(Bare[..1]).ShouldBe(prompt);
    }

    [Theory]
    [InlineData("chatml", "<|im_start|>system\nBe brief. <|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\n Yes <|im_end|>\n<|im_start|>user\nMore<|im_end|>\n<|im_start|>assistant\nNo<|im_end|>\n")]
    [InlineData("qwen2.5", "<|im_start|>system\nBe brief. <|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\n Yes <|im_end|>\n<|im_start|>user\nMore<|im_end|>\n<|im_start|>assistant\nNo<|im_end|>\n")]
    [InlineData("llama3", "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nYes<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nMore<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nNo<|eot_id|>")]
    [InlineData("mistral-system", "<s> [INST] Be brief. \n\n Hi  [/INST]  Yes </s> [INST] More [/INST] No</s>")]
    [InlineData("llama2", "<s>[INST] <<SYS>>\nBe brief. \n<</SYS>>\n\n Hi [/INST] Yes </s><s>[INST] More [/INST] No </s>")]
    [InlineData("zephyr", "<|system|>\nBe brief. </s>\n<|user|>\n Hi </s>\n<|assistant|>\n Yes </s>\n<|user|>\nMore</s>\n<|assistant|>\nNo</s>\n")]
    public void Standing_orders_go_where_the_template_puts_them(string name, string expected) =>
        string.Concat(ChatTemplates.Named(name).Render(WithOrders).Select(s => s.Text)).ShouldBe(expected);

    [Theory]
    [InlineData("gemma")]
    [InlineData("mistral")]
    public void Orders_without_a_place_are_refused(string name) =>
        Should.Throw<InputException>(() => ChatTemplates.Named(name).Render(WithOrders)).Message.ShouldContain("no place for standing orders");

    [Fact]
    public void Turns_out_of_order_and_tools_without_a_place_are_refused()
    {
        Should.Throw<InputException>(() => ChatTemplates.Named("llama2").Render([.. Bare, new(ChatRole.Assistant, "x")])).Message.ShouldContain("turn 3");
        Should.Throw<InputException>(() => ChatTemplates.Named("zephyr").Render([new(ChatRole.Tool, "x")])).Message.ShouldContain("tool");
        Should.Throw<InputException>(() => ChatTemplates.Named("magic")).Message.ShouldContain("llama3");
    }

    [Fact]
    public void Neighbouring_results_of_tools_share_a_turn_in_qwen() => string.Concat(ChatTemplates.Qwen25.Render(
        [new(ChatRole.System, "S"), new(ChatRole.User, "U"), new(ChatRole.Tool, "1"), new(ChatRole.Tool, "2"), new(ChatRole.Assistant, "A")]).Select(s => s.Text)).ShouldEndWith(
            "<|im_start|>user\n<tool_response>\n1\n</tool_response>\n<tool_response>\n2\n</tool_response><|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n");

    [SharedDataFact]
    public void A_published_program_is_known_by_its_hash() =>
        ChatTemplateFile.Find(SharedData.PathOf("models", "tokenizers", "qwen2.5")).ShouldBe(ChatTemplates.Qwen25);

    [Fact]
    public void A_program_that_is_not_known_is_refused_with_the_remedy()
    {
        ChatTemplateFile.Find(folder.Root).ShouldBeNull();
        folder.Write("tokenizer_config.json", """{"chat_template": "{% for m in messages %}{{ m }}{% endfor %}"}""");
        Should.Throw<InputException>(() => ChatTemplateFile.Find(folder.Root)).Message.ShouldContain("data.chat_template: plain, chatml");
        folder.Write("tokenizer_config.json", """{"chat_template": [{"name": "tool_use", "template": "x"}]}""");
        Should.Throw<InputException>(() => ChatTemplateFile.Find(folder.Root)).Message.ShouldContain("default");
    }

    [SharedDataFact]
    public void Only_answers_are_learned_and_no_token_is_put_around_them_twice()
    {
        var tokenizer = TokenizerLoader.Load(SharedData.PathOf("models", "tokenizers", "llama3"));
        var templates = SampleTemplates.For(DataFormat.Messages) with { Chat = ChatTemplates.Named("llama3") };
        var set = new SampleTokenizer(TextEncoding.Of(tokenizer), templates, 512).Tokenize([new ConversationExample(WithOrders, new Dictionary<string, string>())], "test");
        var example = set.Examples.Single();
        example.Ids.Count(id => id == tokenizer.BosId).ShouldBe(1);
        example.Ids.ShouldNotContain(tokenizer.EosId!.Value);
        tokenizer.Decode([.. example.Labels.Where(label => label >= 0)]).ShouldBe("Yes<|eot_id|>No<|eot_id|>");
    }

    public void Dispose() => folder.Dispose();
}
