using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Tests.Adaptation.Lora;

/// <summary>
/// DoRA's gradient takes the lengths n of the adapted weights for constants. The loss depends on them through m / n alone, so that ∂loss/∂n = −(m / n) ∂loss/∂m: what the
/// gradient leaves out of the true slope can be computed from the gradient of m.
/// </summary>
internal static class DoraLengths
{
    /// <summary>True slope minus gradient, for a tensor moved from one value to another at an index; 0 for everything but DoRA.</summary>
    public static double LeftOut(IAdapter adapter, ParameterSet values, ParameterSet gradient, HostTensor tensor, int index, float down, float up)
    {
        var site = (adapter as LoraAdapter)?.Sites.FirstOrDefault(s => s.Magnitude is not null && (s.A == tensor.Key || s.B == tensor.Key));
        if (site is null)
        {
            return 0;
        }

        var kept = tensor.Values[index];
        var lengths = Of(site, values);
        tensor.Values[index] = up;
        var above = Of(site, values);
        tensor.Values[index] = down;
        var below = Of(site, values);
        tensor.Values[index] = kept;
        var (m, dm) = (values[site.Magnitude!.Value].Values, gradient[site.Magnitude!.Value].Values);
        return Enumerable.Range(0, m.Length).Sum(o => -dm[o] * m[o] / lengths[o] * (above[o] - below[o]) / ((double)up - down));
    }

    private static double[] Of(LoraSite site, ParameterSet values)
    {
        var (linear, delta, weight) = ((Linear)site.Module, site.Factors(values).Product(), site.Module.Weight.ReadValues());
        return [.. Enumerable.Range(0, linear.Outputs).Select(o => Math.Sqrt(Enumerable.Range(0, linear.Inputs).Sum(i =>
        {
            var v = weight[linear.Weight.InputsFirst ? (i * linear.Outputs) + o : (o * linear.Inputs) + i] + delta[o, i];
            return v * v;
        })))];
    }
}
