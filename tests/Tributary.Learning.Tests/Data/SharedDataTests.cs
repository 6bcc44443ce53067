using Tributary.Learning.Data;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data;

/// <summary>Row counts and contents of published files.</summary>
public sealed class SharedDataTests
{
    [SharedDataFact]
    public void The_ten_Dolly_clients_are_read()
    {
        var files = SourceFile.ReadAll(SharedData.PathOf("data", "instruction", "dolly", "10", "local_training_*.json"), DataFormat.Dolly);

        files.Select(file => file.Name).ShouldBe(Enumerable.Range(0, 10).Select(number => $"local_training_{number}"));
        files.Select(file => file.Examples.Count).ShouldBe([1443, 1443, 1443, 1442, 1443, 1443, 1443, 1443, 1444, 1444]);
        files.SelectMany(file => file.Examples).ShouldAllBe(row => row.Fields.ContainsKey("category"));
    }

    [SharedDataTheory]
    [InlineData("instruction/alpaca/alpaca_data.json", 3275, typeof(InstructionExample))]
    [InlineData("instruction/alpaca/alpaca_tiny_with_text.json", 100, typeof(InstructionExample))]
    [InlineData("instruction/alpaca/alpaca_zh_demo.json", 1000, typeof(InstructionExample))]
    [InlineData("instruction/code_alpaca/new_codealpaca.json", 4535, typeof(InstructionExample))]
    [InlineData("conversation/glaive_toolcall_en_demo.json", 300, typeof(ConversationExample))]
    [InlineData("conversation/dummy_conversation.json", 500, typeof(ConversationExample))]
    [InlineData("preference/kto/kto_en_demo.json", 300, typeof(ConversationExample))]
    [InlineData("text/tinystories/tinystories_800.json", 800, typeof(TextExample))]
    [InlineData("text/tinyshakespeare/input.txt", 7222, typeof(TextExample))]
    public void Published_files_are_recognised(string file, int rows, Type kind)
    {
        var examples = DataFile.Read(SharedData.PathOf("data", file), DataFormat.Auto);

        examples.Count.ShouldBe(rows);
        examples.ShouldAllBe(example => example.GetType() == kind);
    }

    [SharedDataTheory]
    [InlineData("classification/ag_news_csv/test.csv", 4)]
    [InlineData("classification/glue/SST-2/dev.tsv", 2)]
    [InlineData("classification/glue/MRPC/dev.tsv", 2)]
    [InlineData("classification/glue/RTE/train.tsv", 2)]
    [InlineData("classification/glue/QNLI/dev.tsv", 2)]
    [InlineData("classification/glue/WNLI/dev.tsv", 2)]
    [InlineData("classification/twitter-financial-news-sentiment/sent_valid.csv", 3)]
    public void Published_tables_have_their_classes(string file, int classes)
    {
        var examples = DataFile.Read(SharedData.PathOf("data", file), DataFormat.Classification);

        var labels = LabelSet.From(examples.Cast<ClassificationExample>().Select(row => row.Label), classes);
        examples.Cast<ClassificationExample>().Select(row => labels.IdOf(row.Label)).Distinct().Count().ShouldBe(classes);
        examples.Cast<ClassificationExample>().ShouldAllBe(row => row.Text.Length > 1);
    }

    [SharedDataFact]
    public void AgNews_keeps_title_and_body_together() =>
        DataFile.Read(SharedData.PathOf("data", "classification", "ag_news_csv", "test.csv"), DataFormat.Classification)[0]
            .ShouldBeOfType<ClassificationExample>().Text.ShouldStartWith("Toyota #39;s quarterly profit drops Toyota Motor Corporation");

    [SharedDataFact]
    public void Latin1_is_refused() =>
        Should.Throw<InputException>(() => DataFile.Read(SharedData.PathOf("data", "classification", "FinancialPhraseBank-v1.0", "Sentences_AllAgree.txt"), DataFormat.Text))
            .Message.ShouldContain("not UTF-8");
}
