using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Ledger;

/// <summary>
/// What a method's clients send and receive on an adapter of reference: ten owners who all take part, LoRA on two matrices of 768 × 768 in each of 12 blocks (the size of GPT-2
/// or BERT base). The same count as of a run before it runs, over the first four rounds.
/// </summary>
public static class TypicalTraffic
{
    /// <summary>Number of owners.</summary>
    public const int Owners = 10;

    /// <summary>Adapted matrices.</summary>
    public const int Modules = 24;

    /// <summary>Their rows and columns.</summary>
    public const int Width = 768;

    private const int Rounds = 4;

    /// <summary>Bytes of a round per client, the mean over clients: of the round with the least and of that with the most. Null when the method trains no LoRA, or sends what depends on texts.</summary>
    public static (TypicalBytes Least, TypicalBytes Most)? Of(Method method)
    {
        if (method.Adaptation is not LoraConfig { Rank: var rank } || method.LocalProgram.Cut is not null)
        {
            return null;
        }

        var initial = new ParameterSet(Enumerable.Range(0, Modules).SelectMany(module => Factors(module, rank)));
        var plan = new RunPlan("typical", "", method, Rounds, [.. Enumerable.Range(0, Owners).Select(owner => $"owner{owner}")], Messages.TensorLayout.Of(initial), 1);
        var rounds = TrafficForecast.Of(plan, initial).ToArray();
        return (rounds.Select(round => TypicalBytes.Of(round.Least, round.Cohort.Count)).MinBy(bytes => bytes.Up + bytes.Down)!,
            rounds.Select(round => TypicalBytes.Of(round.Bytes, round.Cohort.Count)).MaxBy(bytes => bytes.Up + bytes.Down)!);
    }

    private static HostTensor[] Factors(int module, int rank)
    {
        var (block, name) = (module / 2, $"base_model.model.layers.{module / 2}.{(module % 2 == 0 ? "q_proj" : "v_proj")}");
        TensorKey Key(string role) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, block, role, $"{name}.{role}.weight");
        return [HostTensor.Zeros(Key("lora_A"), [rank, Width]), HostTensor.Zeros(Key("lora_B"), [Width, rank])];
    }
}

/// <summary>Bytes of one client in one round.</summary>
/// <param name="Up">From client to server.</param>
/// <param name="Down">From server to client.</param>
public sealed record TypicalBytes(double Up, double Down)
{
    internal static TypicalBytes Of(TrafficSum sum, int clients) => new((double)sum.Up.ValueBytes / clients, (double)sum.Down.ValueBytes / clients);
}
