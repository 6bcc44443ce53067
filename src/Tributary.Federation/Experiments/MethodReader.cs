using System.Text.Json.Serialization.Metadata;
using YamlDotNet.RepresentationModel;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Experiments;

/// <summary>Reads <c>method</c>, <c>adaptation</c> and what <c>training</c> says of the method's parts.</summary>
internal sealed class MethodReader(PartReader parts)
{
    private static readonly PartsJson Json = PartsJson.Default;

    /// <summary>The key <c>method</c>: an id, or a base with other parts.</summary>
    public Method Read(Section root)
    {
        if (root.Node("method") is { } node and not YamlMappingNode)
        {
            return node is YamlScalarNode
                ? Find(root, root.Required("method"), "method")
                : throw root.Bad(node, "method", "is a list; write one method's name, or 'base: NAME' and the parts that differ (`tributary compare` takes several)");
        }

        var section = root.Below("method");
        if (!section.Exists)
        {
            throw root.Missing("method");
        }

        var basis = Find(section, section.Text("base") ?? Catalogue.FedIt.Id, "base");
        var changed = new List<string>();
        var method = basis with
        {
            Adaptation = Part(section, "adaptation", Json.AdapterConfig, basis.Adaptation, changed),
            Sharing = Part(section, "sharing", Json.Sharing, basis.Sharing, changed),
            Initialisation = Part(section, "initialisation", Json.Initialisation, basis.Initialisation, changed),
            Capacity = Part(section, "capacity", Json.Capacity, basis.Capacity, changed),
            Cohort = Part(section, "cohort", Json.Cohort, basis.Cohort, changed),
            Pace = Part(section, "pace", Json.Pace, basis.Pace, changed),
            LocalProgram = Part(section, "local_program", Json.LocalProgram, basis.LocalProgram, changed),
            Codec = Codec(section, basis.Codec, changed),
            Weighting = Part(section, "weighting", Json.Weighting, basis.Weighting, changed),
            Combine = Part(section, "combine", Json.Combine, basis.Combine, changed),
            ServerStep = Part(section, "server_step", Json.ServerStep, basis.ServerStep, changed),
            Dispatch = Part(section, "dispatch", Json.Dispatch, basis.Dispatch, changed),
            Serving = Part(section, "serving", Json.Serving, basis.Serving, changed),
            Schedule = Part(section, "schedule", Json.Schedule, basis.Schedule, changed),
        };
        section.RefuseOthers();
        return changed.Count == 0 ? basis : method with { Id = string.Join('+', [basis.Id, .. changed]), Name = $"{basis.Name} with other {string.Join(", ", changed)}", Basis = Basis.Changed };
    }

    /// <summary>
    /// The method with the file's adaptation and cohort, and what it says of a client's work put into every phase. A method whose messages are steps of its own optimizer keeps
    /// that, so that methods can be compared with one file.
    /// </summary>
    public Method WithTraining(Method method, Section root, Section training)
    {
        var optimizer = training.Node("optimizer") is { } node ? parts.Read(node, Json.OptimizerSpec, "training.optimizer") : null;
        var schedule = training.Node("lr_schedule") is { } moves ? parts.Read(moves, Json.LearningRateSchedule, "training.lr_schedule") : null;
        var span = Span(training, schedule is not null || method.LocalProgram.Phases.Any(phase => phase.LearningRateSchedule is not null));
        var budget = Budget(training);
        var batch = training.Integer("batch_size", 1, 65_536);
        var batches = training.Integer("gradient_accumulation_steps", 1, 65_536);
        var clipping = Clipping(training);
        var cohort = Cohort(root, training, method.Cohort);
        return method with
        {
            Adaptation = new AdaptationReader(parts, root).Read(method),
            Cohort = cohort,
            LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with
            {
                Optimizer = optimizer is not null && EstimatorChecks.Allows(method, optimizer) ? optimizer : phase.Optimizer,
                LearningRateSchedule = schedule ?? phase.LearningRateSchedule,
                LearningRateSpan = span ?? phase.LearningRateSpan,
                Budget = budget ?? phase.Budget,
                BatchSize = batch ?? phase.BatchSize,
                GradientAccumulationSteps = batches ?? phase.GradientAccumulationSteps,
                Clipping = clipping ?? phase.Clipping,
            }),
        };
    }

    // A method whose cohort is part of what it is keeps it, so that methods can be compared with one file.
    private static Cohort Cohort(Section root, Section training, Cohort own)
    {
        var size = training.Integer("cohort", 1, int.MaxValue);
        if (own is Cohort.Uniform)
        {
            return size is { } count ? new Cohort.Uniform(Count: count) : own;
        }

        if (own is Cohort.Union { Count: null })
        {
            return new Cohort.Union(size);
        }

        return size is not null && root.Node("method") is YamlMappingNode && root.Below("method").Node("cohort") is not null
            ? throw training.Bad(training.Node("cohort")!, "cohort", "and a 'method.cohort' that is no sample exclude each other; keep one")
            : own;
    }

    private static Budget? Budget(Section training)
    {
        var (steps, epochs) = (training.Integer("local_steps", 1, 1_000_000), training.Integer("local_epochs", 1, 10_000));
        RequireOne(training, "local_epochs", "local_steps");
        return steps is { } count ? new Budget.Steps(count) : epochs is { } passes ? new Budget.Epochs(passes) : null;
    }

    private LearningRateSpan? Span(Section training, bool hasSchedule)
    {
        if (training.Node("lr_span") is not { } node)
        {
            return null;
        }

        var span = parts.Read(node, Json.LearningRateSpan, "training.lr_span");
        return hasSchedule ? span : throw training.Bad(node, "lr_span", "means nothing without 'training.lr_schedule'; add it or leave this out");
    }

    private GradientClipping? Clipping(Section training)
    {
        var norm = training.Number("max_grad_norm", value => value > 0, "a number above 0");
        var clipping = training.Node("clipping") is { } node ? parts.Read(node, Json.GradientClipping, "training.clipping") : null;
        RequireOne(training, "clipping", "max_grad_norm");
        return norm is { } limit ? new GradientClipping.ByNorm(limit) : clipping;
    }

    private static void RequireOne(Section section, string key, string other)
    {
        if (section.Node(key) is { } node && section.Node(other) is not null)
        {
            throw section.Bad(node, key, $"and 'training.{other}' exclude each other; keep one");
        }
    }

    private static Method Find(Section section, string id, string key)
    {
        try
        {
            return Catalogue.Find(id);
        }
        catch (Numerics.InputException error)
        {
            throw section.Bad(section.Node(key)!, key, $"cannot be used: {error.Message}");
        }
    }

    private T Part<T>(Section section, string key, JsonTypeInfo<T> info, T before, List<string> changed)
    {
        if (section.Node(key) is not { } node)
        {
            return before;
        }

        changed.Add(key);
        return parts.Read(node, info, $"method.{key}");
    }

    // Short forms: 'deltas' and 'values' name what goes up, 'seed_scalars' what goes both ways, 'f32' and 'bf16' the numbers of both directions.
    private Codec Codec(Section section, Codec before, List<string> changed)
    {
        if (section.Node("codec") is not YamlScalarNode scalar)
        {
            return Part(section, "codec", Json.Codec, before, changed);
        }

        changed.Add("codec");
        return scalar.Value switch
        {
            "values" => new Codec(new Encoding.Values()),
            "deltas" => new Codec(new Encoding.Deltas()),
            "seed_scalars" => new Codec(new Encoding.SeedScalars(), new Encoding.SeedScalars()),
            "f32" => new Codec(),
            "bf16" => new Codec(new Encoding.Values(NumberFormat.BF16), new Encoding.Values(NumberFormat.BF16)),
            var other => throw section.Bad(scalar, "codec", $"has no choice '{other}'{Nearest.Hint(other ?? "", ["values", "deltas", "seed_scalars", "f32", "bf16"])}"),
        };
    }
}
