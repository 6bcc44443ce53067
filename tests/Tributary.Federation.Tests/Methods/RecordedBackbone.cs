using Tributary.Federation.Clients;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

/// <summary>A backbone that remembers what its model held at the first pass over data and at the end of the work.</summary>
internal sealed class RecordedBackbone(IClientBackbone backbone) : IClientBackbone
{
    /// <summary>Values of the first pass.</summary>
    public ParameterSet Start { get; private set; } = ParameterSet.Empty;

    /// <summary>Values in the end.</summary>
    public ParameterSet Trained { get; private set; } = ParameterSet.Empty;

    /// <summary>Tensors of which some pass found a gradient.</summary>
    public IReadOnlySet<TensorKey> Moved { get; private set; } = new HashSet<TensorKey>();

    public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work) => backbone.With(adaptation, leftOut, updates, model =>
    {
        var recorded = new Model(model);
        var result = work(recorded);
        (Start, Trained, Moved) = (recorded.Start ?? ParameterSet.Empty, model.Trainable.Read(), recorded.Moved);
        return result;
    });

    private sealed class Model(IClientModel model) : IClientModel
    {
        public ParameterSet? Start { get; private set; }

        public HashSet<TensorKey> Moved { get; } = [];

        public IBackend Backend => model.Backend;

        public TrainableVector Trainable => model.Trainable;

        public ulong DropoutKey
        {
            get => model.DropoutKey;
            set => model.DropoutKey = value;
        }

        public ParameterSet Initial(ulong seed) => model.Initial(seed);

        public void Write(ParameterSet values) => model.Write(values);

        public void Mix(IReadOnlyDictionary<string, double>? weights, IReadOnlyList<string>? detached = null) => model.Mix(weights, detached);

        public void Cut(int blocks, IUpperBlocks? upper) => model.Cut(blocks, upper);

        public void Minimise(IObjective? objective) => model.Minimise(objective);

        public double Balance
        {
            get => model.Balance;
            set => model.Balance = value;
        }

        public ParameterSet MeanInputs(TokenRows batch) => model.MeanInputs(batch);

        public int Terms(TokenRows batch) => model.Terms(batch);

        public float[] Scores(TokenRows batch) => model.Scores(batch);

        public (float[] States, float[] Logits, int[] Labels) Targets(TokenRows batch) => model.Targets(batch);

        public float[] Embed(TokenRows batch) => model.Embed(batch);

        public double Loss(TokenRows batch)
        {
            Start ??= Trainable.Read();
            return model.Loss(batch);
        }

        public double AddGradient(TokenRows batch, float scale = 1)
        {
            Start ??= Trainable.Read();
            var loss = model.AddGradient(batch, scale);
            Moved.UnionWith(Trainable.ReadGradient().Where(tensor => tensor.Values.Any(value => value != 0)).Select(tensor => tensor.Key));
            return loss;
        }

        public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction)
        {
            Start ??= Trainable.Read();
            return model.Derivative(batch, direction);
        }
    }
}
