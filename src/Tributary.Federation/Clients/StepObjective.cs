using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>The mean loss over the samples of one step, batch after batch, so that memory is that of one batch.</summary>
/// <param name="model">The model.</param>
/// <param name="data">The client's samples.</param>
/// <param name="batchSize">Samples of a batch.</param>
internal sealed class StepObjective(IClientModel model, TokenizedDataset data, int batchSize)
{
    private readonly TokenRows rows = new();
    private int[] samples = [];
    private int count;
    private ulong draw;

    /// <summary>Takes the samples of a step; <paramref name="draw"/> addresses what is hidden in them.</summary>
    public void Begin(ReadOnlySpan<int> chosen, ulong draw)
    {
        if (samples.Length < chosen.Length)
        {
            samples = new int[chosen.Length];
        }

        chosen.CopyTo(samples);
        (count, this.draw) = (chosen.Length, draw);
    }

    /// <summary>The loss alone.</summary>
    public double Loss() => Mean(Pass.Loss, default).Loss;

    /// <summary>Samples of the step.</summary>
    public int Count => count;

    /// <summary>The loss of one sample, counted from 0; adds its gradient to the trainable vector's.</summary>
    public double AddGradient(int sample)
    {
        data.Fill(rows, samples.AsSpan(sample, 1), draw);
        return model.AddGradient(rows);
    }

    /// <summary>The loss; adds its gradient to the trainable vector's.</summary>
    public double AddGradient() => Mean(Pass.Gradient, default).Loss;

    /// <summary>The loss and its derivative along a direction.</summary>
    public (double Loss, double Derivative) Derivative(Matrix direction) => Mean(Pass.Derivative, direction);

    private (double Loss, double Derivative) Mean(Pass pass, Matrix direction)
    {
        var parts = (count + batchSize - 1) / batchSize;
        var (loss, derivative) = (0.0, 0.0);
        for (var part = 0; part < parts; part++)
        {
            var start = part * batchSize;
            data.Fill(rows, samples.AsSpan(start, Math.Min(batchSize, count - start)), draw);
            var of = pass switch
            {
                Pass.Gradient => (model.AddGradient(rows, 1f / parts), 0),
                Pass.Derivative => model.Derivative(rows, direction),
                _ => (model.Loss(rows), 0),
            };
            (loss, derivative) = (loss + of.Item1, derivative + of.Item2);
        }

        return (loss / parts, derivative / parts);
    }

    private enum Pass
    {
        Loss,
        Gradient,
        Derivative,
    }
}
