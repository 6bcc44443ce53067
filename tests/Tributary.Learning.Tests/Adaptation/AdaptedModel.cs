using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tests.Models;
using Tributary.Learning.Training;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Adaptation;

/// <summary>A tiny model with the adapters of a case, computed in double.</summary>
internal sealed class AdaptedModel : IDisposable
{
    private readonly ReferenceBackend<double> backend = new();
    private readonly Tape tape;

    public AdaptedModel(AdapterCase @case)
    {
        Case = @case;
        Model = TinyModels.Build(@case.Model, backend);
        Rows = TinyModels.Rows(Model, [3, 9, 27, 1, 5, 30], [8, 2, 11]);
        Adapters = @case.Config.ForTask(Model.Shape.Task).Resolve(Model);
        tape = new Tape(backend);
        Learner = new Learner(Model, Adapters, Objective.Of(Model.Shape), tape);
        Initial = new ParameterSet(Adapters.SelectMany(a => a.Initial(Model, 7)));
        Moved = new ParameterSet(Initial.Select(Move));
    }

    public AdapterCase Case { get; }

    public LanguageModel Model { get; }

    public IReadOnlyList<IAdapter> Adapters { get; }

    public Learner Learner { get; }

    public TokenRows Rows { get; }

    /// <summary>What training begins from.</summary>
    public ParameterSet Initial { get; }

    /// <summary>Values as after some training: none is left where it began.</summary>
    public ParameterSet Moved { get; }

    public IReadOnlyList<(IAdapter Adapter, ParameterSet Values)> Parts => [.. Adapters.Select(a => (a, Moved.Where(k => k.Adapter == a.Name)))];

    public float[] Outputs() => Outputs(Learner);

    /// <summary>Outputs of a model without adapters.</summary>
    public float[] OutputsOf(LanguageModel model)
    {
        using var learner = new Learner(model, [], Objective.Of(model.Shape), tape);
        return Outputs(learner);
    }

    public void Dispose()
    {
        Learner.Dispose();
        tape.Dispose();
        Model.Dispose();
        backend.Dispose();
    }

    private static HostTensor Move(HostTensor tensor)
    {
        var moved = tensor.Copy();
        var noise = HostTensor.Zeros(tensor.Key, tensor.Shape);
        InitialValues.Normal(noise, 2, 0.2);
        for (var i = 0; i < moved.Values.Length; i++)
        {
            moved.Values[i] += noise.Values[i];
        }

        return moved;
    }

    private float[] Outputs(Learner learner) => learner.Model.Shape.Task == HeadTask.SequenceClassification ? learner.Scores(Rows) : learner.Logits(Rows);
}
