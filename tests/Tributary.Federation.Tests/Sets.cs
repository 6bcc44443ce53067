using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests;

/// <summary>Small sets of tensors for tests.</summary>
internal static class Sets
{
    public static TensorKey Key(string name, string role = "lora_A") => new(TensorKey.MainModel, TensorKey.DefaultAdapter, 0, role, name);

    public static HostTensor Vector(string name, params float[] values) => new(Key(name), [values.Length], values);

    public static ParameterSet Of(params HostTensor[] tensors) => new(tensors);

    public static ParameterSet X(params double[] values) => Of(Vector("x", [.. values.Select(v => (float)v)]));

    public static float[] Values(this ParameterSet set, string name = "x") => set.TryGet(Key(name), out var tensor) ? tensor.Values : throw new KeyNotFoundException(name);

    public static MessageBody Body(ParameterSet parameters) => MessageBody.Empty.WithSection(MessageBody.Parameters, parameters);

    /// <summary>Asserts |actual − expected| ≤ 2e-6 of the largest expected entry.</summary>
    public static void ShouldBeNear(this float[] actual, double[] expected, double relative = 2e-6)
    {
        actual.Length.ShouldBe(expected.Length);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            ((double)actual[i]).ShouldBe(expected[i], relative * scale, $"entry {i}");
        }
    }
}
