namespace Tributary.Learning.Models.Modules;

/// <summary>A named part of a backbone that an adapter can point at.</summary>
public interface IModule
{
    /// <summary>Position in <see cref="LanguageModel.Modules"/>.</summary>
    int Id { get; }

    /// <summary>Name in the ecosystem, for example "model.layers.3.self_attn.q_proj".</summary>
    string Path { get; }

    /// <summary>Block, or −1 outside the blocks.</summary>
    int Layer { get; }
}

/// <summary>A module with a weight of its own or one it is tied to: what low-rank updates and saved copies point at.</summary>
public interface IWeightedModule : IModule
{
    /// <summary>The weight.</summary>
    BaseTensor Weight { get; }

    /// <summary>The bias, if the module has one.</summary>
    BaseTensor? Bias { get; }
}
