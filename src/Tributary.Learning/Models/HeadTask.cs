namespace Tributary.Learning.Models;

/// <summary>What the output layer of a model folder is for; transformers says it in the name of the architecture.</summary>
public enum HeadTask
{
    /// <summary>The next token ("ForCausalLM", "LMHeadModel").</summary>
    CausalLanguageModelling,

    /// <summary>Hidden tokens in the middle of a text ("ForMaskedLM").</summary>
    MaskedLanguageModelling,

    /// <summary>A class, several classes, a number or a reward for a whole text ("ForSequenceClassification").</summary>
    SequenceClassification,

    /// <summary>A class for each token ("ForTokenClassification").</summary>
    TokenClassification,

    /// <summary>A text for a text ("ForConditionalGeneration").</summary>
    ConditionalGeneration,
}

/// <summary>An output layer: its task and, for classification, its number of outputs (0 for tasks over the vocabulary).</summary>
public readonly record struct HeadSpec(HeadTask Task, int Classes)
{
    internal static HeadSpec Read(ConfigReader config, IReadOnlyList<HeadTask> supported)
    {
        var architecture = config.Texts("architectures").FirstOrDefault() ?? "";
        if (TaskOf(architecture, supported) is not { } task)
        {
            throw config.Wrong("architectures", $"one of the heads of this family that are supported ({string.Join(", ", supported)}), not {architecture}");
        }

        var classifies = task is HeadTask.SequenceClassification or HeadTask.TokenClassification;
        return new HeadSpec(task, classifies ? config.Positive("num_labels", config.Object("id2label")?.Count() ?? 2, largest: 1 << 20) : 0);
    }

    /// <summary>The task in an architecture's name, the family's first for none or a bare backbone ("LlamaModel"); null when the family has no such head.</summary>
    internal static HeadTask? TaskOf(string architecture, IReadOnlyList<HeadTask> supported)
    {
        bool Ends(string end) => architecture.EndsWith(end, StringComparison.Ordinal);
        HeadTask? task = Ends("ForCausalLM") || Ends("LMHeadModel") ? HeadTask.CausalLanguageModelling
            : Ends("ForMaskedLM") ? HeadTask.MaskedLanguageModelling
            : Ends("ForSequenceClassification") ? HeadTask.SequenceClassification
            : Ends("ForTokenClassification") ? HeadTask.TokenClassification
            : Ends("ForConditionalGeneration") ? HeadTask.ConditionalGeneration
            : architecture.Length == 0 || Ends("Model") ? supported[0]
            : null;
        return task is { } named && supported.Contains(named) ? named : null;
    }
}
