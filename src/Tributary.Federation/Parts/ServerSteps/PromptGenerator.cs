using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>
/// Makes every client's prompt from what all have in common and a few rows of its own (pFedPG, Yang et al. 2023): attention with the client's descriptors as queries and a
/// common basis as keys and values, P = concat(softmax(Q Kᵀ / √d) V) Wₒᵀ. In double precision on the host.
/// </summary>
internal sealed class PromptGenerator(ParameterSet tensors, int heads)
{
    private readonly HostMatrix basis = Matrix(tensors, "basis");
    private readonly HostMatrix query = Matrix(tensors, "query");
    private readonly HostMatrix key = Matrix(tensors, "key");
    private readonly HostMatrix value = Matrix(tensors, "value");
    private readonly HostMatrix output = Matrix(tensors, "output");

    /// <summary>The generator's tensors: the basis, four projections [width, width], and descriptors [rows, width] for each client.</summary>
    public static IEnumerable<(TensorKey Key, int[] Shape)> Layout(int basisRows, int rows, int width, IEnumerable<string> clients) =>
    [
        (Key("basis"), [basisRows, width]),
        .. ((string[])["query", "key", "value", "output"]).Select(name => (Key(name), (int[])[width, width])),
        .. clients.Select(client => (DescriptorsOf(client), (int[])[rows, width])),
    ];

    /// <summary>The key of a client's descriptors.</summary>
    public static TensorKey DescriptorsOf(string client) => Key("descriptors") with { Adapter = client };

    /// <summary>Values uniform in ±√(6 / (rows + columns)), a function of the seed and the tensor's name.</summary>
    public static HostTensor Initial(TensorKey key, int[] shape, long seed)
    {
        var draws = PhiloxStream.Root(seed).Child("generator").Child(key.WireName).Sequence();
        var bound = Math.Sqrt(6.0 / (shape[0] + shape[1]));
        return new HostTensor(key, shape, [.. Enumerable.Range(0, HostTensor.Count(shape)).Select(_ => (float)(bound * ((2 * draws.UniformDouble()) - 1)))]);
    }

    /// <summary>A client's prompt [rows, width].</summary>
    public HostMatrix Prompt(string client) => Attention.Of(this, tensors[DescriptorsOf(client)]).Result;

    /// <summary>
    /// The chain rule: what <paramref name="upstream"/>, a matrix for the prompt of each of some clients, gives for every tensor of the generator. Clients that are not named give
    /// nothing.
    /// </summary>
    public ParameterSet Pull(IReadOnlyList<(string Client, HostMatrix Upstream)> upstream)
    {
        var sums = new SortedDictionary<TensorKey, HostMatrix>();
        foreach (var (client, slope) in upstream)
        {
            var descriptors = tensors[DescriptorsOf(client)];
            foreach (var (tensor, gradient) in Attention.Of(this, descriptors).Pull(slope))
            {
                sums[tensor] = sums.TryGetValue(tensor, out var sum) ? Sum(sum, gradient) : gradient;
            }
        }

        return new ParameterSet(sums.Select(pair => new HostTensor(pair.Key, [pair.Value.Rows, pair.Value.Columns], pair.Value.ToSingles())));
    }

    private static TensorKey Key(string name) => new("generator", TensorKey.DefaultAdapter, -1, name, name);

    private static HostMatrix Matrix(ParameterSet tensors, string name) => Matrix(tensors[Key(name)]);

    private static HostMatrix Matrix(HostTensor tensor) => HostMatrix.Of(tensor.Shape[0], tensor.Shape[1], tensor.Values);

    private static HostMatrix Sum(HostMatrix a, HostMatrix b) => new(a.Rows, a.Columns, [.. a.Values.Zip(b.Values, (x, y) => x + y)]);

    /// <summary>One client's pass, with what the way back needs.</summary>
    private sealed record Attention(PromptGenerator Generator, TensorKey Client, HostMatrix Descriptors, HostMatrix Q, HostMatrix K, HostMatrix V, HostMatrix[] Shares, HostMatrix Mixed)
    {
        private int HeadWidth => Q.Columns / Shares.Length;

        private double Scale => 1 / Math.Sqrt(HeadWidth);

        public HostMatrix Result => Mixed.Times(Generator.output.Transposed());

        public static Attention Of(PromptGenerator generator, HostTensor client)
        {
            var descriptors = Matrix(client);
            var (q, k, v) = (descriptors.Times(generator.query.Transposed()), generator.basis.Times(generator.key.Transposed()), generator.basis.Times(generator.value.Transposed()));
            var made = new Attention(generator, client.Key, descriptors, q, k, v, new HostMatrix[generator.Heads], new HostMatrix(q.Rows, q.Columns));
            for (var head = 0; head < made.Shares.Length; head++)
            {
                made.Shares[head] = Softmax(made.Part(q, head).Times(made.Part(k, head).Transposed()).Scaled(made.Scale));
                made.Put(made.Mixed, head, made.Shares[head].Times(made.Part(v, head)));
            }

            return made;
        }

        public IEnumerable<(TensorKey Key, HostMatrix Gradient)> Pull(HostMatrix slope)
        {
            var mixed = slope.Times(Generator.output);
            var (q, k, v) = (new HostMatrix(Q.Rows, Q.Columns), new HostMatrix(K.Rows, K.Columns), new HostMatrix(V.Rows, V.Columns));
            for (var head = 0; head < Shares.Length; head++)
            {
                var (shares, part) = (Shares[head], Part(mixed, head));
                var scores = SoftmaxSlope(shares, part.Times(Part(V, head).Transposed())).Scaled(Scale);
                Put(q, head, scores.Times(Part(K, head)));
                Put(k, head, scores.Transposed().Times(Part(Q, head)));
                Put(v, head, shares.Transposed().Times(part));
            }

            yield return (Key("output"), slope.Transposed().Times(Mixed));
            yield return (Key("query"), q.Transposed().Times(Descriptors));
            yield return (Key("key"), k.Transposed().Times(Generator.basis));
            yield return (Key("value"), v.Transposed().Times(Generator.basis));
            yield return (Key("basis"), Sum(k.Times(Generator.key), v.Times(Generator.value)));
            yield return (Client, q.Times(Generator.query));
        }

        private HostMatrix Part(HostMatrix matrix, int head)
        {
            var part = new HostMatrix(matrix.Rows, HeadWidth);
            for (var row = 0; row < matrix.Rows; row++)
            {
                matrix.Row(row).Slice(head * HeadWidth, HeadWidth).CopyTo(part.Row(row));
            }

            return part;
        }

        private void Put(HostMatrix matrix, int head, HostMatrix part)
        {
            for (var row = 0; row < matrix.Rows; row++)
            {
                part.Row(row).CopyTo(matrix.Row(row)[(head * HeadWidth)..]);
            }
        }

        private static HostMatrix Softmax(HostMatrix scores)
        {
            for (var row = 0; row < scores.Rows; row++)
            {
                var values = scores.Row(row);
                var (largest, sum) = (double.NegativeInfinity, 0.0);
                foreach (var score in values)
                {
                    largest = Math.Max(largest, score);
                }

                foreach (ref var score in values)
                {
                    sum += score = Math.Exp(score - largest);
                }

                foreach (ref var score in values)
                {
                    score /= sum;
                }
            }

            return scores;
        }

        private static HostMatrix SoftmaxSlope(HostMatrix shares, HostMatrix slope)
        {
            for (var row = 0; row < shares.Rows; row++)
            {
                var mean = 0.0;
                for (var i = 0; i < shares.Columns; i++)
                {
                    mean += shares[row, i] * slope[row, i];
                }

                for (var i = 0; i < shares.Columns; i++)
                {
                    slope[row, i] = shares[row, i] * (slope[row, i] - mean);
                }
            }

            return slope;
        }
    }

    private int Heads { get; } = heads;
}
