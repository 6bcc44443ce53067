using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Federation.Experiments;
using Tributary.Simulation.Runs;
using Xunit.Abstractions;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>Every encoder learns every kind of task that it has a head for, on published data, from an experiment file to its result.</summary>
public sealed partial class EncoderRunTests(ITestOutputHelper output) : IDisposable
{
    private const string Bert = """
        {"model_type":"bert","max_position_embeddings":64,"hidden_size":32,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":64,
        """;

    private const string Roberta = """
        {"model_type":"roberta","max_position_embeddings":66,"type_vocab_size":1,"pad_token_id":1,"layer_norm_eps":1e-5,"hidden_size":32,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":64,
        """;

    private const string DistilBert = """
        {"model_type":"distilbert","max_position_embeddings":64,"dim":32,"n_layers":2,"n_heads":2,"hidden_dim":64,
        """;

    private const string MobileBert = """
        {"model_type":"mobilebert","max_position_embeddings":64,"hidden_size":32,"embedding_size":16,"intra_bottleneck_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":32,"num_feedforward_networks":2,"normalization_type":"layer_norm","trigram_input":true,
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SharedDataTheory]
    [InlineData("bert, classes", Bert, "\"architectures\":[\"BertForSequenceClassification\"],\"num_labels\":4}", "classification/ag_news_csv/train.csv", "format: classification", 1.2)]
    [InlineData(
        "bert, words at a cloze", Bert, "\"architectures\":[\"BertForMaskedLM\"]}", "classification/ag_news_csv/train.csv",
        "format: classification, cloze: { pattern: '{mask} news: {text}', words: { 1: World, 2: Sports, 3: Business, 4: Tech } }", 1.3)]
    [InlineData("bert, hidden tokens", Bert, "\"architectures\":[\"BertForMaskedLM\"]}", "text/tinyshakespeare/input.txt", "format: text", 5.6)]
    [InlineData(
        "roberta, pairs", Roberta, "\"architectures\":[\"RobertaForSequenceClassification\"],\"num_labels\":2}", "classification/glue/MRPC/train.tsv",
        "format: classification, columns: { label: Quality, text: ['#1 String'], pair: '#2 String' }", 0.67)]
    [InlineData(
        "roberta, several labels", Roberta, "\"architectures\":[\"RobertaForSequenceClassification\"],\"num_labels\":4,\"problem_type\":\"multi_label_classification\"}",
        "classification/ag_news_csv/train.csv", "format: classification", 0.55)]
    [InlineData(
        "distilbert, numbers", DistilBert, "\"architectures\":[\"DistilBertForSequenceClassification\"],\"num_labels\":1}", "classification/twitter-financial-news-sentiment/sent_valid.csv",
        "format: classification", 0.6)]
    [InlineData("distilbert, hidden tokens", DistilBert, "\"architectures\":[\"DistilBertForMaskedLM\"]}", "text/tinyshakespeare/input.txt", "format: text", 5.6)]
    [InlineData(
        "mobilebert, classes", MobileBert, "\"architectures\":[\"MobileBertForSequenceClassification\"],\"num_labels\":4}", "classification/ag_news_csv/train.csv",
        "format: classification", 1.3)]
    [InlineData("mobilebert, hidden tokens", MobileBert, "\"architectures\":[\"MobileBertForMaskedLM\"]}", "text/tinyshakespeare/input.txt", "format: text", 5.6)]
    public async Task The_validation_loss_falls(string name, string family, string head, string data, string settings, double below) =>
        await LearnsAsync(name, family + head, SharedData.PathOf(["data", .. data.Split('/')]), settings, below);

    [SharedDataTheory]
    [InlineData("bert, tags", Bert, "\"architectures\":[\"BertForTokenClassification\"],\"id2label\":{\"0\":\"SMALL\",\"1\":\"CAPITAL\",\"2\":\"OTHER\"}}")]
    [InlineData("roberta, tags", Roberta, "\"architectures\":[\"RobertaForTokenClassification\"],\"num_labels\":3}")]
    public async Task Tags_of_words_are_learned(string name, string family, string head)
    {
        var sentences = File.ReadLines(SharedData.PathOf("data", "text", "tinyshakespeare", "input.txt")).Where(line => line.Length > 20).Take(600);
        var lines = sentences.Select(line => string.Concat(Words().Matches(line).Select(word => $"{word.Value} {TagOf(word.Value)}\n")));
        await LearnsAsync(name, family + head, folder.Write("play.conll", string.Join('\n', lines)), "format: tokens", 0.75);
    }

    private async Task LearnsAsync(string name, string config, string data, string settings, double below)
    {
        EncoderFolder.Write(folder.PathOf("model"), config, EncoderFolder.Texts(data), 500);
        var file = folder.Write("experiment.yaml", $$"""
            name: encoder
            model: model
            data: { train: '{{data}}', {{settings}}, partition: { kind: iid, clients: 2 }, validation: 0.1 }
            method: fedit
            adaptation: { full: {} }
            training: { rounds: 3, cohort: 2, local_steps: 50, batch_size: 16, max_length: 48, optimizer: { adamw: { lr: 3.0e-3 } } }
            backend: { threads: 2 }
            seed: 1
            """);
        using var setup = RunSetupReader.Read(ExperimentFile.Read(file));
        await new RunStudy(setup, new RunFolder(folder.PathOf("out")), TimeProvider.System, new NoProgress()).RunAsync(default);

        using var result = JsonDocument.Parse(File.ReadAllText(folder.PathOf("out/result.json")));
        var before = result.RootElement.GetProperty("initial").GetProperty("loss").GetDouble();
        var after = result.RootElement.GetProperty("final").GetProperty("metrics").GetProperty("loss").GetDouble();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {before:0.0000} -> {after:0.0000}"));
        after.ShouldBeLessThan(Math.Min(before, below));
    }

    private static string TagOf(string word) => char.IsUpper(word[0]) ? "CAPITAL" : char.IsLower(word[0]) ? "SMALL" : "OTHER";

    [GeneratedRegex(@"\w+|[^\w\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
