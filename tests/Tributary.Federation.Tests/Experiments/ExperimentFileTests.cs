using Tributary.Federation.Experiments;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Methods;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Federation.Parts.Paces;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Optimization;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Experiments;

public sealed partial class ExperimentFileTests : IDisposable
{
    private const string Full = """
        name: dolly-fedit
        model: ${DATA}/models/llama
        data:
          train: ${DATA}/dolly/local_*.json
          format: dolly
          partition: { kind: dirichlet, alpha: 0.5, clients: 10, by: category }
          validation: 0.2
          local_baseline: true
        method: fedit
        adaptation: { lora: { rank: 4, alpha: 8, dropout: 0.05, targets: [q_proj, v_proj] } }
        training: { rounds: 5, cohort: 3, local_steps: 10, batch_size: 4, max_length: 128, max_grad_norm: 1, optimizer: { adamw: { lr: 1.0e-3, weight_decay: 0.01 } } }
        backend: { threads: 2, base_dtype: bf16 }
        evaluation: { every: 2 }
        seed: 7
        output: out/run
        """;

    private const string Least = "model: m\ndata: { train: d.json }\nmethod: fedit\n";

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_chat_template_is_named_or_written_out()
    {
        Read("model: m\ndata: { train: d.json, format: messages, chat_template: llama3 }\nmethod: fedit\n").Data.ChatTemplate.ShouldBe(ChatTemplates.Named("llama3"));
        Read("model: m\ndata: { train: d.json, chat_template: { system: 'S {content}', user: 'U {content}', assistant: 'A {content}' } }\nmethod: fedit\n")
            .Data.ChatTemplate.ShouldBe(new ChatTemplate("S {content}", "U {content}", "A {content}", null));
        Should.Throw<InputException>(() => Read("model: m\ndata: { train: d.json, chat_template: lama3 }\nmethod: fedit\n")).Message.ShouldContain("unknown chat template 'lama3'");
    }

    [Fact]
    public void Data_of_the_servers_own_are_found_from_the_files_folder()
    {
        Read("model: m\ndata: { train: d.json, public: [p.json, q/*.json] }\nmethod: fedit\n").Data.Public.ShouldBe([folder.PathOf("p.json"), folder.PathOf("q/*.json")]);
        Read(Least).Data.Public.ShouldBeNull();
    }

    [Fact]
    public void A_cloze_has_a_pattern_and_a_word_for_each_label()
    {
        string File(string cloze) => $"model: m\ndata: {{ train: d.csv, format: classification, cloze: {cloze} }}\nmethod: fedit\n";
        var cloze = Read(File("{ pattern: '{text} Topic: {mask}', words: { 1: World, '2': Sports } }")).Data.Cloze.ShouldNotBeNull();
        cloze.Words.ShouldBe([("1", "World"), ("2", "Sports")]);
        cloze.Before("x", "").ShouldBe("x Topic: ");
        Read(Least).Data.Cloze.ShouldBeNull();
        Should.Throw<InputException>(() => Read(File("{ words: { 1: World, 2: Sports } }"))).Message.ShouldContain("'data.cloze.pattern' is missing");
        Should.Throw<InputException>(() => Read(File("{ pattern: '{text} {mask}', words: { 1: World } }"))).Message.ShouldContain("'data.cloze' cannot be used: the cloze's words: expected a word for each of 2 to 256");
        Should.Throw<InputException>(() => Read(File("{ pattern: '{text}', words: { 1: World, 2: Sports } }"))).Message.ShouldContain("{mask} must stand in it once");
        Should.Throw<InputException>(() => Read(File("{ pattern: '{text} {mask}', word: { 1: World, 2: Sports } }"))).Message.ShouldContain("unknown key 'data.cloze.word'");
    }

    [Fact]
    public void Clients_that_do_not_wait_for_each_other_take_times_of_their_own()
    {
        var experiment = Read(Least.Replace("fedit", "{ base: fedbuff, pace: { buffer: { size: 3, in_flight: 4, most_stale: 5 } }, weighting: { staleness: { of: examples, decay: { hinge: { late: 2 } } } } }")
            + "durations: { half_normal: { deviation: 30, least: 5 } }");
        experiment.Method.Pace.ShouldBe(new Pace.Buffer(3, 4, 5));
        experiment.Method.Weighting.ShouldBe(new Weighting.Staleness(new Weighting.Examples(), new StalenessDecay.Hinge(Late: 2)));
        experiment.Durations.ShouldBe(new Durations.HalfNormal(30, 5));
        Should.Throw<InputException>(() => Read(Least + "durations: { constant: { seconds: -1 } }")).Message.ShouldContain("'durations' has seconds -1, which must be from 0 to 1000000000");
        Should.Throw<InputException>(() => Read(Least + "durations: { log_normal: { median: 60, sigma: 11 } }")).Message.ShouldContain("has sigma 11, which must be from 0 to 10");
        Should.Throw<InputException>(() => Read(Least + "durations: { log_normal: { median: 1e300 } }")).Message.ShouldContain("has median 1E+300");
    }

    [Fact]
    public void A_full_file_is_read_to_the_letter()
    {
        var experiment = Read(Full);
        experiment.Name.ShouldBe("dolly-fedit");
        experiment.Model.ShouldBe("/shared/models/llama");
        experiment.Data.Train.ShouldBe(["/shared/dolly/local_*.json"]);
        experiment.Data.Format.ShouldBe(DataFormat.Dolly);
        experiment.Data.Partition.ShouldBe(new PartitionSettings("dirichlet", Clients: 10, Alpha: 0.5, By: "category"));
        experiment.Data.Validation.ShouldBe(new HeldOut(0.2));
        (experiment.Data.LocalBaseline, experiment.Data.PooledBaseline).ShouldBe((true, false));
        var lora = experiment.Method.Adaptation.ShouldBeOfType<LoraConfig>();
        (lora.Rank, lora.Alpha, lora.Dropout).ShouldBe((4, 8, 0.05));
        lora.Targets.ShouldBe(["q_proj", "v_proj"]);
        experiment.Method.Id.ShouldBe("fedit");
        experiment.Method.Cohort.ShouldBe(new Cohort.Uniform(Count: 3));
        var phase = experiment.Method.LocalProgram.Phases.ShouldHaveSingleItem();
        phase.Optimizer.ShouldBe(new OptimizerSpec.AdamW(1e-3, WeightDecay: 0.01));
        phase.Budget.ShouldBe(new Budget.Steps(10));
        phase.BatchSize.ShouldBe(4);
        phase.Clipping.ShouldBe(new GradientClipping.ByNorm(1));
        (experiment.Rounds, experiment.MaxLength, experiment.Seed).ShouldBe((5, 128, 7));
        experiment.Backend.ShouldBe(new BackendSettings(2, StorageType.BF16));
        experiment.Evaluation.ShouldBe(new EvaluationSettings(2, false));
        experiment.Output.ShouldBe(folder.PathOf("out/run"));
    }

    [Fact]
    public void Rates_can_move_and_batches_accumulate()
    {
        var phase = Read(
            Full, "training.lr_schedule={cosine: {warmup_ratio: 0.06, end_rate: 1e-6}}", "training.lr_span=rounds", "training.gradient_accumulation_steps=4",
            "training.max_grad_norm=~", "training.clipping={value: {limit: 0.5}}").Method.LocalProgram.Phases[0];
        phase.LearningRateSchedule.ShouldBe(new LearningRateSchedule.Cosine(EndRate: 1e-6) { WarmupRatio = 0.06 });
        phase.LearningRateSpan.ShouldBe(LearningRateSpan.Rounds);
        (phase.BatchSize, phase.SamplesPerStep).ShouldBe((4, 16));
        phase.Clipping.ShouldBe(new GradientClipping.ByValue(0.5));
        Read(Full, "training.lr_schedule=linear").Method.LocalProgram.Phases[0].ShouldSatisfyAllConditions(
            linear => linear.LearningRateSchedule.ShouldBe(new LearningRateSchedule.Linear()),
            linear => linear.LearningRateSpan.ShouldBe(LearningRateSpan.Run));
    }

    [Fact]
    public void Three_keys_are_enough()
    {
        var experiment = Read(Least);
        experiment.Name.ShouldBe("experiment");
        experiment.Model.ShouldBe(folder.PathOf("m"));
        experiment.Data.Partition.Kind.ShouldBe("files");
        experiment.Data.Format.ShouldBe(DataFormat.Auto);
        experiment.Output.ShouldBe(folder.PathOf("runs/experiment"));
    }

    [Fact]
    public void A_method_can_be_given_by_part()
    {
        var method = Read("""
            model: m
            data: { train: d.json }
            method:
              base: fedadam
              weighting: examples
              codec: { up: { deltas: { number: bf16 } } }
              combine: { trimmed_mean: { fraction: 0.2 } }
              pace: { kind: first_k, k: 2 }
              server_step: { adam: { lr: 0.1, form: original } }
              sharing: { by_role: { roles: { lora_B: private } } }
              serving: global_and_private
              local_program: { phases: [{ trainable: lora_A, losses: [task, { proximal: { mu: 0.5 } }], budget: { steps: { count: 3 } }, optimizer: { sgd: { lr: 0.5 } } }] }
              schedule: { parity: { odd: { weighting: uniform }, even: {} } }
            """).Method;
        method.Id.ShouldStartWith("fedadam+");
        method.Weighting.ShouldBe(new Weighting.Examples());
        method.Codec.ShouldBe(new Codec(new Encoding.Deltas(NumberFormat.BF16)));
        method.Combine.ShouldBe(new Combine.TrimmedMean(0.2));
        method.Pace.ShouldBe(new Pace.FirstK(2));
        method.ServerStep.ShouldBe(new ServerStep.Adam(0.1));
        method.Sharing.ShouldBeOfType<Sharing.ByRole>().Roles["lora_B"].ShouldBe(Visibility.Private);
        var phase = method.LocalProgram.Phases.ShouldHaveSingleItem();
        phase.Trainable.ShouldBe(["lora_A"]);
        phase.Losses.ShouldBe([new LossTerm.Task(), new LossTerm.Proximal(0.5)]);
        phase.Budget.ShouldBe(new Budget.Steps(3));
        method.At(1).Weighting.ShouldBe(new Weighting.Uniform());
    }

    [Fact]
    public void Command_line_settings_win()
    {
        var experiment = Read(Full, "training.rounds=9", "method.codec=bf16", "training.optimizer={sgd: {lr: 0.5}}", "data.partition={kind: files}", "backend.threads=1");
        experiment.Rounds.ShouldBe(9);
        experiment.Method.Id.ShouldBe("fedit+codec");
        experiment.Method.Basis.ShouldBe(Basis.Changed);
        experiment.Method.Codec.Down.ShouldBe(new Encoding.Values(NumberFormat.BF16));
        experiment.Method.LocalProgram.Phases[0].Optimizer.ShouldBe(new OptimizerSpec.Sgd(0.5));
        experiment.Data.Partition.Kind.ShouldBe("files");
        experiment.Backend.Threads.ShouldBe(1);
    }

    [Fact]
    public void A_setting_without_a_value_is_refused_and_null_is_the_default()
    {
        Should.Throw<InputException>(() => Read(Full, "training.rounds=")).Message.ShouldContain("--set training.rounds=: nothing stands after '='; give a value");
        Read(Full, "training.rounds=null").Rounds.ShouldBe(10);
    }

    [Fact]
    public void A_rate_that_is_refused_is_not_blamed_on_a_schedule_that_nobody_wrote() =>
        Should.Throw<ImpossibleException>(() => Read(Least, "training.optimizer={ adamw: { lr: -1 } }")).Reasons.ShouldHaveSingleItem().ShouldContain("learning_rate is -1");

    [Fact]
    public void A_list_of_methods_is_refused_with_what_is_meant() =>
        Should.Throw<InputException>(() => Read("model: m\ndata: { train: d.json }\nmethod: [fedit]\n")).Message.ShouldContain("line 3: 'method' is a list; write one method's name");

    [Fact]
    public void Tags_of_YAML_itself_and_quotes_are_no_strange_tags() => Read(Least + "name: !!str 'seven'\n").Name.ShouldBe("seven");

    [Fact]
    public void Keys_that_this_version_refuses_are_not_among_those_that_are_known()
    {
        var message = Should.Throw<InputException>(() => Read(Least + "foobarbaz: 1\n")).Message;
        message.ShouldContain("unknown key 'foobarbaz'; known are");
        message.ShouldNotContain("privacy");
        Should.Throw<InputException>(() => Read(Least + "privacy: 1\n")).Message.ShouldContain("'privacy' is not supported by this version");
    }

    [Fact]
    public void A_part_that_no_method_has_is_refused_with_those_that_there_are() =>
        Should.Throw<InputException>(() => Read(Least, "method={ base: fedit, foo: 1 }")).Message.ShouldContain("unknown key 'method.foo'; known are base, adaptation, sharing");

    [Fact]
    public void A_bad_value_from_the_command_line_is_blamed_on_it() =>
        Should.Throw<InputException>(() => Read(Full, "training.rounds=none")).Message.ShouldStartWith("--set training.rounds=none: 'training.rounds'");

    [Fact]
    public void The_hash_ignores_layout_order_name_output_and_threads()
    {
        var hash = Read(Least).ConfigHash;
        Read("method: fedit\n# a comment\ndata:\n  train: 'd.json'\nmodel: m\nname: other\noutput: else\nbackend: { threads: 3 }\n").ConfigHash.ShouldBe(hash);
        Read(Least, "seed=2").ConfigHash.ShouldNotBe(hash);
        Read(Full).ConfigHash.ShouldBe(Read(Full, "backend.threads=1", "output=/elsewhere").ConfigHash);
        Read(Full).ConfigHash.ShouldNotBe(Read(Full, "training.rounds=6").ConfigHash);
    }

    [Theory]
    [InlineData("method: { cohort: { uniform: { fraction: 0.5 } } }", 2)]
    [InlineData("method: pooled", 2)]
    [InlineData("method: local-only", null)]
    public void Training_says_how_many_take_part_where_a_method_does_not(string method, int? count) =>
        CohortRules.Asked(Read("model: m\ndata: { train: d.json }\n" + method + "\ntraining: { cohort: 2 }\n").Method.Cohort).ShouldBe(count);

    [Theory]
    [InlineData("fedtt", "tensor_train")]
    [InlineData("fedtt-plus", "tensor_train")]
    [InlineData("fedada-kim", "bottleneck")]
    [InlineData("fedprompt", "prompt")]
    [InlineData("federated-offsite-tuning", "emulator")]
    [InlineData("fedkseed", "full")]
    public void Adapters_of_another_kind_than_the_methods_are_refused_with_the_remedy(string method, string kind)
    {
        var refused = Should.Throw<ImpossibleException>(() => Read(Full, $"method={method}", "training={ local_steps: 3 }")).Reasons.ShouldHaveSingleItem();
        refused.ShouldContain($"lora does not go with {method}, which trains {kind};");
        refused.ShouldContain("adaptation: own");
        Read(Full, $"method={method}", "training={ local_steps: 3 }", "adaptation=own").Method.Adaptation.ShouldBe(Catalogue.Find(method).Adaptation);
        Read(Full, $"method={{ base: {method}, adaptation: {{ lora: {{ rank: 2 }} }} }}", "training={ local_steps: 3 }").Method.Adaptation.LargestRank.ShouldBe(4);
    }

    [Fact]
    public void What_an_experiment_does_not_say_of_an_adapter_stays_the_methods_own()
    {
        AdapterConfig Of(string method, string adaptation) => Read(Least, "method=" + method, "adaptation=" + adaptation).Method.Adaptation;
        Of("federa", "{ lora: { rank: 4 } }").ShouldBe(new LoraConfig(Rank: 4, Alpha: 8));
        Of("fedprompt", "{ prompt: { virtual_tokens: 10 } }").ShouldBe(new PromptTuningConfig(10, PromptInitialisation.Vocabulary));
        Of("fedada-kim", "{ bottleneck: { reduction_factor: 4 } }").ShouldBe(BottleneckConfig.Pfeiffer with { ReductionFactor = 4 });
        Of("fedit", "{ prompt: {} }").ShouldBe(new PromptTuningConfig());
        ((SeveralConfig)Of("pfedlora", "{ lora: { rank: 3 } }")).Adapters["own"].ShouldBe(new LoraConfig(Rank: 3));
        ((SeveralConfig)Of("pfedlora", "{ lora: { rank: 3 } }")).Adapters["shared"].ShouldBe(((SeveralConfig)Catalogue.PFedLora.Adaptation).Adapters["shared"]);
    }

    [Theory]
    [InlineData("ffa-lora")]
    [InlineData("rolora")]
    [InlineData("flexlora")]
    public void A_method_that_tells_factors_apart_takes_no_adapters_without_them(string method) =>
        Should.Throw<ImpossibleException>(() => Read(Least, "method=" + method, "adaptation={ prompt: {} }")).Message.ShouldContain("adaptation: lora");

    [Fact]
    public void More_clients_than_there_are_cannot_take_part()
    {
        Should.Throw<InputException>(() => Read(Full).RequireClients(2)).Message.ShouldContain("training.cohort is 3");
        Read(Full).RequireClients(3);
    }

    [Theory]
    [InlineData("/dev/zero", "is empty, or a pipe or a device in the place of a file")]
    [InlineData("/dev", "is a folder")]
    public void What_is_no_file_is_refused_without_being_read(string path, string says) =>
        Should.Throw<InputException>(() => ExperimentFile.Read(path)).Message.ShouldContain(says);

    [Fact]
    public void Deep_nesting_is_refused() =>
        Should.Throw<InputException>(() => Read(Least + "x: " + new string('[', 5000) + new string(']', 5000))).Message.ShouldContain("deeper");

    [Fact]
    public void A_missing_file_is_named() => Should.Throw<InputException>(() => ExperimentFile.Read(folder.PathOf("absent.yaml"))).Message.ShouldContain("absent.yaml");

    public void Dispose() => folder.Dispose();

    private Experiment Read(string text, params string[] settings) =>
        ExperimentFile.Read(folder.Write("experiment.yaml", text), settings, variable => variable == "DATA" ? "/shared" : null);
}
