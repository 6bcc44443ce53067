namespace Tributary.Cli.Tests.Runs;

public class BadExperimentTests
{
    [Theory]
    [InlineData("training.rounds=0", "training.rounds")]
    [InlineData("training.rounds=2.5", "training.rounds")]
    [InlineData("training.cohort=-1", "training.cohort")]
    [InlineData("training.cohort=5", "the data have 4 clients")]
    [InlineData("training.local_steps=99999999999", "training.local_steps")]
    [InlineData("training.batch_size=0", "training.batch_size")]
    [InlineData("training.max_length=65", "context 64")]
    [InlineData("training.optimizer.adamw.lr=NaN", "learning_rate")]
    [InlineData("training.optimizer.adamw.lr=-1", "learning_rate")]
    [InlineData("training.optimizer.adamw.lr=0", "learning_rate")]
    [InlineData("training.optimizer.adamw.beta1=1.5", "betas")]
    [InlineData("training.lr_schedule=cosin", "did you mean 'cosine'")]
    [InlineData("training.lr_schedule={linear: {warmup_steps: -1}}", "warmup_steps")]
    [InlineData("training.gradient_accumulation_steps=0", "training.gradient_accumulation_steps")]
    [InlineData("training.clipping={value: {limit: -1}}", "training.clipping")]
    [InlineData("training.optimizer.adamw.epsilon=-1", "epsilon")]
    [InlineData("training.optimizer.adamw.epsilon=0", "epsilon")]
    [InlineData("training.optimizer={yogi: {initial_accumulator: -1}}", "initial_accumulator")]
    [InlineData("adaptation.lora.alpha=1e300", "alpha")]
    [InlineData("adaptation.lora.layers=[-1]", "layers")]
    [InlineData("adaptation.lora.layers=[7]", "in layers [7]")]
    [InlineData("data.columns.label=x", "data.columns names texts and labels")]
    [InlineData("data.train=\"data/\\0\"", "null character")]
    [InlineData("adaptation.lora.rank=0", "rank")]
    [InlineData("adaptation.lora.rank=2000000000", "rank")]
    [InlineData("adaptation.lora.alpha=-4", "alpha")]
    [InlineData("adaptation.lora.dropout=1.5", "dropout")]
    [InlineData("adaptation.lora.targets=[nothing]", "no module of this llama model matches")]
    [InlineData("data.validation=1", "data.validation")]
    [InlineData("data.validation=nowhere.jsonl", "nowhere.jsonl")]
    [InlineData("data.train=nowhere/*.jsonl", "nowhere")]
    [InlineData("data.partition.kind=fils", "did you mean 'files'")]
    [InlineData("data.format=doly", "doly")]
    [InlineData("method=fediit", "did you mean 'fedit'")]
    [InlineData("trainig.rounds=3", "did you mean 'training'")]
    [InlineData("training.roundz=3", "did you mean 'training.rounds'", "did you mean 'rounds'")]
    [InlineData("adaptation.lora.rnk=3", "--set adaptation.lora.rnk=3: unknown key 'adaptation.lora.rnk'; did you mean 'rank'")]
    [InlineData("backend.threads=0", "backend.threads")]
    [InlineData("seed=-3", "seed")]
    public void A_setting_that_cannot_be_is_refused(string setting, params string[] says)
    {
        using var experiment = new TinyExperiment();

        var error = experiment.Run("out", "--set", setting).ShouldBeRefused();

        says.Any(error.Contains).ShouldBeTrue(error);
        experiment.Output().Files.ShouldBeEmpty();
    }

    [Fact]
    public void A_method_with_other_parts_is_checked_like_the_whole()
    {
        using var experiment = new TinyExperiment();

        experiment.Run("out", "--set", "method={base: fedit, wieghting: uniform}").ShouldBeRefused().ShouldContain("did you mean 'weighting'");
    }

    [Theory]
    [InlineData("model: model\n", "", "'model' is missing")]
    [InlineData("method: fedit", "methd: fedit", "'method'")]
    [InlineData("method: fedit", "method: [", "line ")]
    [InlineData("seed: 5", "seed: 5\nseed: 6", "experiment.yaml")]
    public void A_broken_file_is_refused(string before, string after, string says)
    {
        using var experiment = new TinyExperiment();
        experiment.Change(before, after);

        experiment.Run().ShouldBeRefused().ShouldContain(says);
        experiment.Output().Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "owner2.jsonl: no examples")]
    [InlineData("\n\n", "owner2.jsonl: no examples")]
    [InlineData("{\"instruction\":\"a\",\"response\":\"b\"}\n{\"instruction\":\"a\",\n", "broken JSON at line 2")]
    [InlineData("{\"instruction\":\"a\",\"response\":\"b\"}\n{\"instruction\":\"a\"}\n", "line 2 (record 2)")]
    [InlineData("{\"instruction\":\"a\",\"response\":5}\n", "line 1 (record 1)")]
    [InlineData("{\"instruction\":\"a\",\"response\":null}\n", "field 'response' is empty (null)")]
    [InlineData("{}\n", "the record has no fields")]
    [InlineData("{\"instruction\":\"a\",\"response\":\"b\",\"\\ud800\":1}\n", "not Unicode")]
    [InlineData("{\"instruction\":\"a\",\"response\":\"\\udc00\"}\n", "not Unicode")]
    [InlineData("[1, 2]", "line 1 (record 1)")]
    [InlineData("{\"instruction\":\"a\",\"response\":\"b\"}\n", "owner2: 1 rows are too few")]
    [InlineData("{\"instruction\":\"a\",\"response\":\"\u20ac\"}\n{\"instruction\":\"a\",\"response\":\"\"}\n", "owner2")]
    public void A_client_file_that_cannot_be_used_is_refused(string content, string says)
    {
        using var experiment = new TinyExperiment();
        File.WriteAllText(experiment.Data(2), content);

        experiment.Run().ShouldBeRefused().ShouldContain(says);
        experiment.Output().Files.ShouldBeEmpty();
    }

    [Fact]
    public void The_best_round_cannot_be_kept_where_nothing_is_measured()
    {
        using var experiment = new TinyExperiment();

        experiment.Run("out", "--set", "evaluation.keep_best=true", "--set", "data.validation=0").ShouldBeRefused().ShouldContain("needs validation rows");
    }

    [Fact]
    public void A_file_in_UTF_16_is_refused_with_the_way_to_convert()
    {
        using var experiment = new TinyExperiment();
        File.WriteAllText(experiment.Data(2), "{\"instruction\":\"a\",\"response\":\"b\"}\n", System.Text.Encoding.Unicode);

        experiment.Run().ShouldBeRefused().ShouldContain("iconv -f UTF-16 -t UTF-8");
    }

    [Fact]
    public void Fields_that_no_format_has_are_refused_with_those_that_formats_have()
    {
        using var experiment = new TinyExperiment();
        experiment.Change("format: dolly\n  template: plain", "format: auto");
        File.WriteAllText(experiment.Data(0), "{\"prompt\":\"a\",\"answer\":\"b\"}\n");

        experiment.Run().ShouldBeRefused().ShouldContain("from the fields prompt, answer; rename them to those of a format: instruction, input, output (alpaca)");
    }

    [Fact]
    public void What_a_file_says_cannot_steer_the_terminal_or_flood_it()
    {
        using var experiment = new TinyExperiment();
        File.WriteAllText(experiment.Data(0), "{\"\\u001b[31m" + new string('x', 100_000) + "\":1}\n");

        var error = experiment.Run().ShouldBeRefused();

        error.ShouldNotContain('\u001b');
        error.Length.ShouldBeLessThan(3000);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("-1")]
    [InlineData("2")]
    public void A_label_out_of_range_is_refused(string label)
    {
        using var experiment = new TinyExperiment();
        TinyModel.Write(experiment.Model, classes: 2);
        experiment.Change("format: dolly\n  template: plain", "format: classification");
        for (var owner = 0; owner < 4; owner++)
        {
            File.WriteAllText(experiment.Data(owner), "{\"text\":\"good\",\"label\":0}\n{\"text\":\"bad\",\"label\":1}\n{\"text\":\"good\",\"label\":0}\n");
        }

        experiment.Finished("sound");
        File.AppendAllText(experiment.Data(3), $$"""{"text":"ugly","label":{{label}}}""" + "\n");

        experiment.Run().ShouldBeRefused().ShouldContain($"label '{label}' is out of range");
        experiment.Output().Files.ShouldBeEmpty();
    }
}
