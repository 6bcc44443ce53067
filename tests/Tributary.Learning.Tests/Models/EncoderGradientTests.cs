using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Gradients and tangents of whole encoders with every head, in double.</summary>
public class EncoderGradientTests
{
    private const string Mobile = """
        {"model_type":"mobilebert","vocab_size":31,"max_position_embeddings":12,"hidden_size":8,"embedding_size":4,"intra_bottleneck_size":4,"num_hidden_layers":1,
        "num_attention_heads":2,"intermediate_size":6,"num_feedforward_networks":2,"hidden_act":"gelu",
        """;

    private const string Bert = """
        {"model_type":"bert","vocab_size":31,"max_position_embeddings":12,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":6,
        """;

    private const string Roberta = """
        {"model_type":"roberta","vocab_size":31,"max_position_embeddings":14,"type_vocab_size":1,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":6,
        """;

    private const string Distil = """
        {"model_type":"distilbert","vocab_size":31,"max_position_embeddings":12,"dim":8,"n_layers":1,"n_heads":2,"hidden_dim":6,
        """;

    [Theory]
    [InlineData(Bert, """ "architectures":["BertForMaskedLM"]} """)]
    [InlineData(Bert, """ "architectures":["BertForSequenceClassification"],"num_labels":3} """)]
    [InlineData(Bert, """ "architectures":["BertForSequenceClassification"],"num_labels":1} """)]
    [InlineData(Bert, """ "architectures":["BertForTokenClassification"],"num_labels":3} """)]
    [InlineData(Roberta, """ "architectures":["RobertaForMaskedLM"],"tie_word_embeddings":false} """)]
    [InlineData(Roberta, """ "architectures":["RobertaForSequenceClassification"],"num_labels":3,"problem_type":"multi_label_classification"} """)]
    [InlineData(Roberta, """ "architectures":["RobertaForTokenClassification"],"num_labels":3} """)]
    [InlineData(Distil, """ "architectures":["DistilBertForMaskedLM"]} """)]
    [InlineData(Distil, """ "architectures":["DistilBertForSequenceClassification"],"num_labels":2,"problem_type":"regression"} """)]
    [InlineData(Distil, """ "architectures":["DistilBertForTokenClassification"],"num_labels":3} """)]
    [InlineData(Mobile, """ "architectures":["MobileBertForMaskedLM"]} """)]
    [InlineData(Mobile, """ "architectures":["MobileBertForMaskedLM"],"tie_word_embeddings":false,"use_bottleneck_attention":true} """)]
    [InlineData(Mobile, """ "architectures":["MobileBertForSequenceClassification"],"num_labels":3,"use_bottleneck":false,"trigram_input":false} """)]
    [InlineData(Mobile, """ "architectures":["MobileBertForSequenceClassification"],"num_labels":3,"classifier_activation":false,"normalization_type":"layer_norm"} """)]
    [InlineData(Mobile, """ "architectures":["MobileBertForTokenClassification"],"num_labels":3,"num_feedforward_networks":1} """)]
    [InlineData(
        """
        {"model_type":"mobilebert","vocab_size":31,"max_position_embeddings":12,"hidden_size":8,"embedding_size":8,"intra_bottleneck_size":8,"num_hidden_layers":1,
        "num_attention_heads":2,"intermediate_size":6,"hidden_act":"gelu","key_query_shared_bottleneck":false,
        """,
        """ "architectures":["MobileBertForMaskedLM"],"trigram_input":false} """)]
    public void Gradients_and_tangents_agree_with_differences_of_the_loss(string family, string head)
    {
        using var backend = new ReferenceBackend<double>();
        using var model = TinyModels.Build(family + head, backend);
        using var tape = new Tape(backend);
        var adapter = new FullConfig().Resolve(model)[0];
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        var values = adapter.Initial(model, 0);
        learner.Trainable.Write(values);
        learner.Trainable.ZeroGradient();
        var rows = Rows(model.Shape);
        learner.AddGradient(rows);
        var gradients = learner.Trainable.ReadGradient();
        var slope = gradients.Sum(g => g.Values.Sum(v => (double)v * v));
        learner.DirectionalDerivative(rows, gradients).ShouldBe(slope, 1e-5 * slope);
        foreach (var gradient in gradients)
        {
            values.TryGet(gradient.Key, out var tensor);
            for (var i = 0; i < tensor!.Values.Length; i += Math.Max(1, tensor.Values.Length / 3))
            {
                var kept = tensor.Values[i];
                var (up, down) = (kept + 0.001f, kept - 0.001f);
                tensor.Values[i] = up;
                learner.Trainable.Write(values);
                var above = learner.Loss(rows);
                tensor.Values[i] = down;
                learner.Trainable.Write(values);
                var below = learner.Loss(rows);
                tensor.Values[i] = kept;
                ((above - below) / ((double)up - down)).ShouldBe(gradient.Values[i], 2e-4 + (1e-3 * Math.Abs(gradient.Values[i])), gradient.Key.Name);
            }
        }
    }

    [Fact]
    public void Rows_of_padding_are_seen_by_nobody_but_their_neighbours_trigrams()
    {
        float[] Scores(string config, int padded)
        {
            using var backend = new ReferenceBackend<double>();
            using var model = TinyModels.Build(config, backend);
            using var tape = new Tape(backend);
            using var learner = new Learner(model, [], Objective.Of(model.Shape), tape);
            var rows = new TokenRows();
            rows.Add([3, 9, 27, .. Enumerable.Repeat(7, padded)], [], pooledAt: 0, unseen: padded);
            return learner.Scores(rows);
        }

        const string Head = """ "architectures":["XForSequenceClassification"],"num_labels":2} """;
        Scores(Bert + Head, 4).ShouldBe(Scores(Bert + Head, 0));
        Scores(Mobile + Head, 4).ShouldBe(Scores(Mobile + Head, 1));
        Scores(Mobile + Head, 1).ShouldNotBe(Scores(Mobile + Head, 0));
    }

    private static TokenRows Rows(ModelShape shape)
    {
        var rows = new TokenRows();
        var kinds = Math.Max(shape.Classes, 1);
        var ofTokens = shape.Task != HeadTask.SequenceClassification;
        var end = shape.Task == HeadTask.TokenClassification ? 3 : 31;
        float[] Targets(float first) => shape.Head.Problem == ProblemType.SingleLabel ? [] : [.. Enumerable.Range(0, kinds).Select(c => c % 2 == 0 ? first : 1)];
        rows.Add(
            [3, 9, 27, 1, 5], ofTokens ? [-100, 30 % end, -100, 2, 7 % end] : [], classLabel: 0, pooledAt: 0, targets: Targets(0.4f), types: shape.TokenTypes > 1 ? [0, 0, 1, 1, 1] : []);
        rows.Add([8, 2, 30], ofTokens ? [1, -100, -100] : [], classLabel: kinds - 1, sampleKey: 1, pooledAt: 0, targets: Targets(0));
        return rows;
    }
}
