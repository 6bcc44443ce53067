using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>The model a client trains, as its local program sees it: a loss with its gradient and its derivatives over one flat trainable vector.</summary>
public interface IClientModel : IGradient, IDerivative
{
    /// <summary>Where the vector lives.</summary>
    IBackend Backend { get; }

    /// <summary>What is trained.</summary>
    TrainableVector Trainable { get; }

    /// <summary>The values that its adapters' training begins from, a function of the seed alone.</summary>
    ParameterSet Initial(ulong seed);

    /// <summary>Addresses the dropout masks of the next step.</summary>
    ulong DropoutKey { get; set; }

    /// <summary>Sets values of trained tensors and, where there are some among them, of updates of base weights.</summary>
    void Write(ParameterSet values) => Trainable.Write(values);

    /// <summary>Says which adapters act from now on, each with its weight; null is all as they are.</summary>
    /// <param name="weights">The weights by name.</param>
    /// <param name="detached">Those of them through whose branches no gradient flows; null is none.</param>
    /// <exception cref="InputException">There is no adapter of that name, or it cannot be weighed or detached.</exception>
    void Mix(IReadOnlyDictionary<string, double>? weights, IReadOnlyList<string>? detached = null)
    {
        if (weights is not null)
        {
            throw new NotSupportedException("this model has no adapters to mix");
        }
    }

    /// <summary>Says what is minimised from now on; null is the task's own loss.</summary>
    void Minimise(IObjective? objective)
    {
        if (objective is not null)
        {
            throw new NotSupportedException("this model has one objective alone");
        }
    }

    /// <summary>
    /// Says who finds the loss from what the first blocks give, of which the model is made from now on, or is told it where the model has an exit there; null is the model itself,
    /// with all of its blocks.
    /// </summary>
    /// <param name="blocks">Blocks below the cut.</param>
    /// <param name="upper">Who has the others.</param>
    void Cut(int blocks, IUpperBlocks? upper)
    {
        if (upper is not null)
        {
            throw new NotSupportedException("this model cannot be cut");
        }
    }

    /// <summary>Weight of the load balance of adapters with experts, which is added to the loss; 0 leaves it out.</summary>
    double Balance
    {
        get => 0;
        set => _ = value == 0 ? value : throw new NotSupportedException("this model has no experts");
    }

    /// <summary>The mean over a batch's rows of what every layer with experts is given, [inputs], under the key of its router.</summary>
    ParameterSet MeanInputs(TokenRows batch) => ParameterSet.Empty;

    /// <summary>How many terms a batch's mean loss is over.</summary>
    int Terms(TokenRows batch) => batch.SegmentCount;

    /// <summary>Scores of every sequence, [sequences, classes], row-major.</summary>
    float[] Scores(TokenRows batch) => throw new NotSupportedException("this model has no classes");

    /// <summary>Every labelled row of a batch: what the output layer reads there, [rows, width], what it gives, [rows, vocabulary], and the label.</summary>
    (float[] States, float[] Logits, int[] Labels) Targets(TokenRows batch) => throw new NotSupportedException("this model predicts no tokens");

    /// <summary>Where each sequence lies for the model, [sequences, width], row-major: what the output layer reads of its last token.</summary>
    float[] Embed(TokenRows batch) => throw new NotSupportedException("this model places no sequences");
}
