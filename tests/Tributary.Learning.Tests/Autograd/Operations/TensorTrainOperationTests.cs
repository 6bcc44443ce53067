using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public class TensorTrainOperationTests
{
    public static TheoryData<int[], int[], int> Trains => new() { { [3, 2], [2, 4], 3 }, { [4, 3, 2], [1, 2, 3], 2 }, { [5], [3], 1 }, { [2, 2, 2, 3], [3, 1, 2, 2], 2 } };

    [Theory]
    [MemberData(nameof(Trains))]
    public void The_matrix_is_the_products_of_the_cores_slices(int[] inputs, int[] outputs, int rank) => With(inputs, outputs, rank, (tape, cores, shape) =>
    {
        tape.Mode = TapeMode.Infer;
        var matrix = tape.TensorTrain([.. cores.Parameters.Select(tape.Use)], shape);
        var values = new float[shape.Rows * shape.Columns];
        tape.Backend.Read(matrix.Value, values);

        values.Zip(ByDefinition(cores.Read(), shape)).Max(p => Math.Abs(p.First - p.Second)).ShouldBeLessThan(1e-5f);
    });

    [Theory]
    [MemberData(nameof(Trains))]
    public void Gradients_and_tangents_agree_with_differences(int[] inputs, int[] outputs, int rank) => With(inputs, outputs, rank, (tape, cores, shape) =>
    {
        var weights = Enumerable.Range(0, shape.Rows * shape.Columns).Select(i => MathF.Sin(i + 1)).ToArray();
        var values = cores.Read();
        cores.ZeroGradient();
        Backward(tape, cores, shape, weights);
        var gradients = cores.ReadGradient();
        foreach (var gradient in gradients)
        {
            values.TryGet(gradient.Key, out var core);
            for (var i = 0; i < core!.Values.Length; i++)
            {
                var kept = core.Values[i];
                double At(float value)
                {
                    core.Values[i] = value;
                    return ByDefinition(values, shape).Zip(weights).Sum(p => p.First * (double)p.Second);
                }

                var (above, below) = (At(kept + 0.01f), At(kept - 0.01f));
                core.Values[i] = kept;
                gradient.Values[i].ShouldBe((float)((above - below) / ((kept + 0.01f) - (double)(kept - 0.01f))), 1e-4f);
            }
        }

        // Along the gradient itself the tangent of the weighted sum is the gradient's squared norm.
        Tangent(tape, cores, gradients, shape).Zip(weights).Sum(p => p.First * (double)p.Second)
            .ShouldBe(gradients.Sum(g => g.Values.Sum(v => (double)v * v)), 1e-3);
    });

    private static void Backward(Tape tape, TrainableVector cores, TrainShape shape, float[] weights)
    {
        tape.Mode = TapeMode.Record;
        using var gradient = tape.Backend.Allocate(weights.Length);
        tape.Backend.Upload(weights, gradient.AsMatrix(shape.Rows, shape.Columns));
        tape.Backward(tape.TensorTrain(Computed(tape, cores), shape), gradient.AsMatrix(shape.Rows, shape.Columns));
        tape.Reset();
    }

    private static float[] Tangent(Tape tape, TrainableVector cores, ParameterSet direction, TrainShape shape)
    {
        using var tangents = new TrainableVector(tape.Backend, cores.Parameters.Select(p => (p.Key, p.Shape)));
        tangents.Write(direction);
        foreach (var (parameter, tangent) in cores.Parameters.Zip(tangents.Parameters))
        {
            parameter.Tangent = tangent.Value;
        }

        tape.Mode = TapeMode.Tangent;
        var moved = new float[shape.Rows * shape.Columns];
        tape.Backend.Read(tape.TensorTrain(Computed(tape, cores), shape).Tangent, moved);
        tape.Reset();
        return moved;
    }

    private static Var[] Computed(Tape tape, TrainableVector cores) =>
        [.. cores.Parameters.Select(p => tape.Embed(null, tape.Use(p), Enumerable.Range(0, p.Value.Rows).ToArray()))];

    // W[(i), (o)] = G₁[i₁, o₁] · … · G_J[i_J, o_J], entry by entry.
    private static float[] ByDefinition(ParameterSet cores, TrainShape shape)
    {
        var sets = cores.ToArray();
        var result = new float[shape.Rows * shape.Columns];
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var column = 0; column < shape.Columns; column++)
            {
                var (i, o) = (Digits(row, shape.InputFactors), Digits(column, shape.OutputFactors));
                double[] state = [1];
                for (var j = 0; j < sets.Length; j++)
                {
                    var (r0, r1) = (shape.Ranks[j], shape.Ranks[j + 1]);
                    var next = new double[r1];
                    for (var b = 0; b < r1; b++)
                    {
                        next[b] = Enumerable.Range(0, r0).Sum(a =>
                            state[a] * sets[j].Values[(((((a * shape.InputFactors[j]) + i[j]) * shape.OutputFactors[j]) + o[j]) * r1) + b]);
                    }

                    state = next;
                }

                result[(row * shape.Columns) + column] = (float)state[0];
            }
        }

        return result;
    }

    private static int[] Digits(int index, IReadOnlyList<int> radix)
    {
        var digits = new int[radix.Count];
        for (var j = radix.Count - 1; j >= 0; j--)
        {
            (index, digits[j]) = Math.DivRem(index, radix[j]);
        }

        return digits;
    }

    private static void With(int[] inputs, int[] outputs, int rank, Action<Tape, TrainableVector, TrainShape> check)
    {
        using IBackend backend = new ReferenceBackend<double>();
        using var tape = new Tape(backend);
        var shape = new TrainShape(inputs, outputs, rank);
        using var cores = new TrainableVector(backend, Enumerable.Range(0, inputs.Length).Select(j => (new TensorKey("main", "default", -1, "core", $"{j}"), shape.Core(j))));
        cores.Write(new ParameterSet(cores.Parameters.Select(p =>
        {
            var tensor = HostTensor.Zeros(p.Key, p.Shape);
            InitialValues.Normal(tensor, 11, 0.7);
            return tensor;
        })));
        check(tape, cores, shape);
    }
}
