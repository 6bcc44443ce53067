using System.Globalization;

namespace Tributary.Learning.Models;

/// <summary>What the output layer of a model folder is for; transformers says it in the name of the architecture.</summary>
public enum HeadTask
{
    /// <summary>The next token ("ForCausalLM", "LMHeadModel").</summary>
    CausalLanguageModelling,

    /// <summary>Hidden tokens in the middle of a text ("ForMaskedLM", and "ForPreTraining" without its other head).</summary>
    MaskedLanguageModelling,

    /// <summary>A class, several classes, a number or a reward for a whole text ("ForSequenceClassification").</summary>
    SequenceClassification,

    /// <summary>A class for each token ("ForTokenClassification").</summary>
    TokenClassification,

    /// <summary>A text for a text ("ForConditionalGeneration").</summary>
    ConditionalGeneration,
}

/// <summary>What the scores of a sequence classifier mean, which decides its loss; transformers calls it problem_type.</summary>
public enum ProblemType
{
    /// <summary>One class of several: cross-entropy.</summary>
    SingleLabel,

    /// <summary>Any of several classes: binary cross-entropy of each.</summary>
    MultiLabel,

    /// <summary>Numbers: squared error. One output means this unless the configuration says otherwise.</summary>
    Regression,
}

/// <summary>An output layer: its task and, for classification, its number of outputs (0 for tasks over the vocabulary), what they mean and what they are called.</summary>
public sealed record HeadSpec(HeadTask Task, int Classes, ProblemType Problem, IReadOnlyList<string> ClassNames)
{
    internal static HeadSpec Read(ConfigReader config, IReadOnlyList<HeadTask> supported)
    {
        var architecture = config.Texts("architectures").FirstOrDefault() ?? "";
        if (TaskOf(architecture, supported) is not { } task)
        {
            throw config.Wrong("architectures", $"one of the heads of this family that are supported ({string.Join(", ", supported)}), not {architecture}");
        }

        if (task is not (HeadTask.SequenceClassification or HeadTask.TokenClassification))
        {
            return new HeadSpec(task, 0, ProblemType.SingleLabel, []);
        }

        var named = config.Object("id2label");
        var classes = config.Positive("num_labels", named?.Count() ?? 2, largest: 1 << 20);
        return new HeadSpec(task, classes, task == HeadTask.SequenceClassification ? ProblemOf(config, classes) : ProblemType.SingleLabel, NamesOf(named, classes));
    }

    private static ProblemType ProblemOf(ConfigReader config, int classes) => config.Text("problem_type", "") switch
    {
        "" => classes == 1 ? ProblemType.Regression : ProblemType.SingleLabel,
        "single_label_classification" => ProblemType.SingleLabel,
        "multi_label_classification" => ProblemType.MultiLabel,
        "regression" => ProblemType.Regression,
        _ => throw config.Wrong("problem_type", "single_label_classification, multi_label_classification or regression"),
    };

    // Names that only number the classes are none.
    private static string[] NamesOf(ConfigReader? named, int classes)
    {
        if (named is null || named.Count() != classes)
        {
            return [];
        }

        string[] names = [.. Enumerable.Range(0, classes).Select(i => named.Text(i.ToString(CultureInfo.InvariantCulture)))];
        return names.Select((name, i) => name == string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}")).All(isNumber => isNumber) ? [] : names;
    }

    /// <summary>The task in an architecture's name, the family's first for none or a bare backbone ("LlamaModel"); null when the family has no such head.</summary>
    internal static HeadTask? TaskOf(string architecture, IReadOnlyList<HeadTask> supported)
    {
        bool Ends(string end) => architecture.EndsWith(end, StringComparison.Ordinal);
        HeadTask? task = Ends("ForCausalLM") || Ends("LMHeadModel") ? HeadTask.CausalLanguageModelling
            : Ends("ForMaskedLM") || Ends("ForPreTraining") ? HeadTask.MaskedLanguageModelling
            : Ends("ForSequenceClassification") ? HeadTask.SequenceClassification
            : Ends("ForTokenClassification") ? HeadTask.TokenClassification
            : Ends("ForConditionalGeneration") ? HeadTask.ConditionalGeneration
            : architecture.Length == 0 || Ends("Model") ? supported[0]
            : null;
        return task is { } named && supported.Contains(named) ? named : null;
    }
}
