namespace Tributary.Numerics;

/// <summary>
/// The seam for devices: fused operations over opaque buffers. Every operation is deterministic: the same inputs give the same bits whatever the number
/// of threads, and row r of a result depends on nothing but the inputs of row r. Gradient outputs are added to ("+=") unless stated otherwise.
/// Shapes are checked by the implementation; a mismatch is an <see cref="ArgumentException"/>.
/// </summary>
public interface IBackend : IMatrixProducts, IRowKernels, INormKernels, IActivationKernels, IAttentionKernels, ILossKernels, IUpdateKernels, IDisposable
{
    /// <summary>Name of the kernels in use, recorded in results: for example "cpu-avx512", "cpu-avx512+onednn-bf16", "cpu-portable", "reference-f64".</summary>
    string KernelSet { get; }

    /// <summary>Number of threads that work on one operation.</summary>
    int Threads { get; }

    /// <summary>Allocates <paramref name="elements"/> zeroed elements.</summary>
    DeviceBuffer Allocate(long elements);

    /// <summary>Copies host values, row after row, into the matrix.</summary>
    void Upload(ReadOnlySpan<float> source, Matrix destination);

    /// <summary>Copies the matrix, row after row, to the host.</summary>
    void Read(Matrix source, Span<float> destination);

    /// <summary>
    /// Takes a frozen weight over into the backend's own layout, piece by piece. <paramref name="read"/> reads from [outputs, inputs] row-major, or from [inputs, outputs]
    /// when <paramref name="transposed"/> (GPT-2's Conv1D), and is not used afterwards. Block-wise storage has its blocks along the inputs of one output in both cases.
    /// </summary>
    FrozenMatrix Freeze(ReadElements read, int outputs, int inputs, bool transposed, StorageType storage);
}

/// <summary>Matrix products. Accumulation order over the inner dimension depends on that dimension alone.</summary>
public interface IMatrixProducts
{
    /// <summary>c = alpha · op(a) · op(b) + beta · c, where op transposes if asked. With beta 0, c is not read.</summary>
    void Gemm(Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix c, float alpha = 1, float beta = 0);

    /// <summary>y = x · Wᵀ + bias + beta · y, x [rows, inputs], y [rows, outputs]; bias [1, outputs] may be empty. With beta 0, y is not read.</summary>
    void Multiply(Matrix x, FrozenMatrix weight, Matrix bias, Matrix y, float beta = 0);

    /// <summary>dx = dy · W + beta · dx, dy [rows, outputs], dx [rows, inputs]. With beta 0, dx is not read.</summary>
    void MultiplyTransposed(Matrix dy, FrozenMatrix weight, Matrix dx, float beta = 0);
}

/// <summary>Row-wise moves and sums.</summary>
public interface IRowKernels
{
    /// <summary>Sets every element.</summary>
    void Fill(Matrix x, float value);

    /// <summary>y = alpha · x + beta · y. With beta 0, y is not read.</summary>
    void AddScaled(Matrix x, Matrix y, float alpha = 1, float beta = 1);

    /// <summary>y += row, for every row of y; row is [1, columns].</summary>
    void AddRow(Matrix row, Matrix y);

    /// <summary>sum += column sums of x; sum is [1, columns].</summary>
    void SumRows(Matrix x, Matrix sum);

    /// <summary>y = alpha · x ⊙ z + beta · y, elementwise.</summary>
    void MultiplyElements(Matrix x, Matrix z, Matrix y, float alpha = 1, float beta = 0);

    /// <summary>y = alpha · x ⊙ row + beta · y, for every row of x; row is [1, columns].</summary>
    void MultiplyRow(Matrix x, Matrix row, Matrix y, float alpha = 1, float beta = 0);

    /// <summary>sum += column sums of x ⊙ z; sum is [1, columns].</summary>
    void SumRowProducts(Matrix x, Matrix z, Matrix sum);

    /// <summary>y[i] = table[ids[i]] + beta · y[i].</summary>
    void Gather(Matrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0);

    /// <summary>y[i] = W[ids[i]] + beta · y[i]: an embedding tied to a frozen output layer.</summary>
    void Gather(FrozenMatrix table, ReadOnlySpan<int> ids, Matrix y, float beta = 0);

    /// <summary>table[ids[i]] += scale · x[i], in the order of i; rows whose id equals <paramref name="skip"/> are left out (padding_idx; −1 for none).</summary>
    void ScatterAdd(Matrix x, ReadOnlySpan<int> ids, Matrix table, int skip = -1, float scale = 1);

    /// <summary>
    /// Inverted dropout: y = x ⊙ mask / (1 − p) + beta · y. Element (r, c) is kept when the uniform number addressed by (key, rowKeys[r], c) is at least p, so that the
    /// same call on a gradient repeats the mask and the result does not depend on how rows are batched.
    /// </summary>
    void Dropout(Matrix x, float p, ulong key, ReadOnlySpan<long> rowKeys, Matrix y, float beta = 0);
}

/// <summary>Normalisations. <c>stats</c> is [rows, 2]: mean (0 but for layer norms) and reciprocal deviation (1 for affine).</summary>
public interface INormKernels
{
    /// <summary>y = (x − mean) · rstd · gain + bias; bias may be empty. Writes stats.</summary>
    void Norm(NormKind kind, Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix y, Matrix stats);

    /// <summary>dx += gradient through the normalisation.</summary>
    void NormInputGradient(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix dy, Matrix dx);

    /// <summary>dgain += column sums of dy ⊙ x̂.</summary>
    void NormGainGradient(NormKind kind, Matrix x, Matrix stats, Matrix dy, Matrix dgain);

    /// <summary>ty = tangent of y for input tangent tx (may be empty), gain tangent tgain and bias tangent tbias (may be empty). Overwrites ty.</summary>
    void NormTangent(NormKind kind, Matrix x, Matrix gain, Matrix stats, Matrix tx, Matrix tgain, Matrix tbias, Matrix ty);

    /// <summary>y[r] = 1 / √Σ x[r]², the reciprocal length of each row, 0 for a row of zeros; y is [1, rows].</summary>
    void ReciprocalRowNorms(Matrix x, Matrix y);
}

/// <summary>Elementwise activations and gates.</summary>
public interface IActivationKernels
{
    /// <summary>y = f(x).</summary>
    void Activate(ActivationKind kind, Matrix x, Matrix y);

    /// <summary>z = f′(x) ⊙ d + beta · z: the gradient (d = dy) and the tangent (d = tx) alike.</summary>
    void ActivateSlope(ActivationKind kind, Matrix x, Matrix d, Matrix z, float beta);

    /// <summary>y = f(gate) ⊙ up: SwiGLU with SiLU (Shazeer 2020).</summary>
    void Gate(ActivationKind kind, Matrix gate, Matrix up, Matrix y);

    /// <summary>dgate += f′(gate) ⊙ up ⊙ dy; dup += f(gate) ⊙ dy.</summary>
    void GateGradient(ActivationKind kind, Matrix gate, Matrix up, Matrix dy, Matrix dgate, Matrix dup);

    /// <summary>ty = f′(gate) ⊙ up ⊙ tgate + f(gate) ⊙ tup. Overwrites ty.</summary>
    void GateTangent(ActivationKind kind, Matrix gate, Matrix up, Matrix tgate, Matrix tup, Matrix ty);

    /// <summary>y = softmax of each row of x over its <paramref name="top"/> largest entries, of equal ones the first; the others are 0. Top is from 1 to the columns.</summary>
    void TopSoftmax(Matrix x, int top, Matrix y);

    /// <summary>z = y ⊙ (d − Σ y ⊙ d) + beta · z, row by row: the gradient (d = dy) and the tangent (d = tx) of a softmax whose value is y.</summary>
    void SoftmaxSlope(Matrix y, Matrix d, Matrix z, float beta = 0);
}

/// <summary>Rotary positions and attention over segments of token rows.</summary>
public interface IAttentionKernels
{
    /// <summary>
    /// Rotates the first columns of every head of every row in place (rotate-half layout, Su et al. 2021). x is [rows, heads · width]; cos and sin are
    /// [positions, rotated / 2], the other width − rotated columns of a head stay; row r uses position positions[r]. <paramref name="inverse"/> rotates back: the gradient.
    /// </summary>
    void Rotate(Matrix x, ReadOnlySpan<int> positions, Matrix cos, Matrix sin, int headWidth, bool inverse);

    /// <summary>
    /// y = softmax(scale · q kᵀ + bias) v for each segment and head. q, y: [rows, heads · width]; k, v: [key rows, kvHeads · width]; logSums: [rows, heads], the log of
    /// each softmax denominator, kept for the gradient. No T × T matrix is kept.
    /// </summary>
    void Attend(Matrix q, Matrix k, Matrix v, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix y, Matrix logSums, ScoreBias bias = default);

    /// <summary>
    /// dq, dk, dv += gradients, from the output y, its log sums and dy. dbias, which may be empty, is [segments, buckets · heads]: row s += what segment s gives to the
    /// bias's table.
    /// </summary>
    void AttendGradient(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix dy, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix dq, Matrix dk, Matrix dv,
        ScoreBias bias = default, Matrix dbias = default);

    /// <summary>ty = tangent of y, for tangents of q, k, v and of the bias's table (may be empty). Overwrites ty.</summary>
    void AttendTangent(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix tq, Matrix tk, Matrix tv, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix ty,
        ScoreBias bias = default, Matrix tbias = default);
}

/// <summary>Losses over rows of logits.</summary>
public interface ILossKernels
{
    /// <summary>
    /// losses[r] = −log softmax(logits[r])[labels[r]], mixed with the mean over classes by <paramref name="smoothing"/> (ε): (1 − ε)·NLL + ε·mean_c(−log p_c).
    /// Rows with a negative label have loss 0. With <paramref name="gradient"/>, logits become weights[r] · d losses[r] / d logits[r] in place.
    /// losses and weights are [1, rows].
    /// </summary>
    void CrossEntropy(Matrix logits, ReadOnlySpan<int> labels, Matrix weights, Matrix losses, bool gradient, float smoothing = 0);

    /// <summary>tlosses[r] = tangent of losses[r] for logit tangents; [1, rows].</summary>
    void CrossEntropyTangent(Matrix logits, ReadOnlySpan<int> labels, Matrix tlogits, Matrix tlosses, float smoothing = 0);

    /// <summary>
    /// losses[r] = Σ_c −y log σ(z) − (1 − y) log(1 − σ(z)) over the classes of row r: several labels at once; targets y in [0, 1] have the shape of the logits z.
    /// With <paramref name="gradient"/>, logits become weight · (σ(z) − y) in place. losses is [1, rows].
    /// </summary>
    void BinaryCrossEntropy(Matrix logits, Matrix targets, float weight, Matrix losses, bool gradient);

    /// <summary>tlosses[r] = tangent of losses[r] for logit tangents; [1, rows].</summary>
    void BinaryCrossEntropyTangent(Matrix logits, Matrix targets, Matrix tlogits, Matrix tlosses);
}

/// <summary>Norms and optimizer updates.</summary>
public interface IUpdateKernels
{
    /// <summary>Sum of squares in double, in an order fixed by the length.</summary>
    double SumOfSquares(Matrix x);

    /// <summary>Inner product in double, in an order fixed by the length.</summary>
    double Dot(Matrix x, Matrix z);

    /// <summary>True when every element is finite.</summary>
    bool AllFinite(Matrix x);

    /// <summary>
    /// Applies one optimizer step to a parameter. Both states begin as zeros and have the parameter's shape: first is the first moment (or the momentum buffer), second the
    /// second moment (or the accumulated squares); third is used by AmsGrad (largest second moment) and centred RMSprop (mean gradient) alone and may else be empty.
    /// </summary>
    void Update(in OptimizerStep step, Matrix parameter, Matrix gradient, Matrix first, Matrix second, Matrix third);
}
