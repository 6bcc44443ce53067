using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>
/// Everything one client trains as one flat vector on the device, in key order, with its gradient beside it: optimizers, clipping, proximal terms and control variates
/// are single operations over the vector.
/// </summary>
public sealed class TrainableVector : IDisposable
{
    private readonly IBackend backend;
    private readonly DeviceBuffer values;
    private readonly DeviceBuffer gradient;

    /// <summary>Lays out the given tensors one after another, in key order, zeroed.</summary>
    /// <exception cref="InputException">Together they have more values than one vector can.</exception>
    public TrainableVector(IBackend backend, IEnumerable<(TensorKey Key, int[] Shape)> tensors)
    {
        this.backend = backend;
        var layout = tensors.OrderBy(t => t.Key).ToArray();
        var total = layout.Sum(t => (long)HostTensor.Count(t.Shape));
        Length = total <= int.MaxValue
            ? (int)total
            : throw new InputException($"{total} values cannot be trained together, at most {int.MaxValue}; train an adapter or fewer layers");
        values = backend.Allocate(Math.Max(total, 1));
        gradient = backend.Allocate(Math.Max(total, 1));
        var parameters = new List<Parameter>(layout.Length);
        var offset = 0;
        foreach (var (key, shape) in layout)
        {
            var count = HostTensor.Count(shape);
            var columns = shape.Length == 0 ? 1 : shape[^1];
            var rows = columns == 0 ? 0 : count / columns;
            parameters.Add(new Parameter(key, shape, new Matrix(values, offset, rows, columns, columns), new Matrix(gradient, offset, rows, columns, columns)));
            offset += count;
        }

        Parameters = parameters;
    }

    /// <summary>Number of trainable values.</summary>
    public int Length { get; }

    /// <summary>The tensors, in key order; each is a window of the vector.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>All values as 1 × <see cref="Length"/>.</summary>
    public Matrix Values => values.AsMatrix(1, Length);

    /// <summary>All gradients as 1 × <see cref="Length"/>.</summary>
    public Matrix Gradient => gradient.AsMatrix(1, Length);

    /// <summary>Whether some tensors are held.</summary>
    public bool HoldsSome { get; private set; }

    /// <summary>
    /// From now on these tensors are used like frozen ones: no gradient is found of them, and nothing is kept for the way back below the lowest of the others. Those of an
    /// earlier call are free again.
    /// </summary>
    public void Hold(Func<TensorKey, bool> holds)
    {
        HoldsSome = false;
        foreach (var parameter in Parameters)
        {
            parameter.IsHeld = holds(parameter.Key);
            HoldsSome |= parameter.IsHeld;
        }
    }

    /// <summary>Sets every gradient to zero.</summary>
    public void ZeroGradient() => backend.Fill(Gradient, 0);

    /// <summary>Copies the values to the host.</summary>
    public ParameterSet Read() => Read(static p => p.Value);

    /// <summary>Copies the gradients to the host.</summary>
    public ParameterSet ReadGradient() => Read(static p => p.Gradient);

    /// <summary>Sets the values of the tensors in the set; others keep theirs. Tensors that are not trainable here are an error.</summary>
    /// <exception cref="InputException">A tensor is unknown or has another shape.</exception>
    public void Write(ParameterSet set)
    {
        var written = 0;
        foreach (var parameter in Parameters)
        {
            if (!set.TryGet(parameter.Key, out var tensor))
            {
                continue;
            }

            if (!tensor.Shape.AsSpan().SequenceEqual(parameter.Shape))
            {
                throw new InputException(
                    $"tensor {parameter.Key.WireName} has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", parameter.Shape)}]");
            }

            backend.Upload(tensor.Values, parameter.Value);
            written++;
        }

        if (written != set.Count)
        {
            var known = Parameters.Select(p => p.Key.WireName).ToHashSet(StringComparer.Ordinal);
            throw new InputException($"tensor {set.First(t => !known.Contains(t.Key.WireName)).Key.WireName} is not trainable here");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        values.Dispose();
        gradient.Dispose();
    }

    private ParameterSet Read(Func<Parameter, Matrix> part) => new(Parameters.Select(parameter =>
    {
        var host = HostTensor.Zeros(parameter.Key, parameter.Shape);
        backend.Read(part(parameter), host.Values);
        return host;
    }));
}
