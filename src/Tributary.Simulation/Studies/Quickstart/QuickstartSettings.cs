namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>The sizes of the quickstart, chosen on seeds other than those it is shown with.</summary>
internal static class QuickstartSettings
{
    /// <summary>Steps in which the base model is trained on the spot.</summary>
    public const int BaseSteps = 1200;

    /// <summary>Rows of each skill that an owner has.</summary>
    public const int RowsPerSkill = 300;

    /// <summary>The experiment that the owners run: an ordinary file, which `tributary run` takes too.</summary>
    public static string Experiment(ulong seed) => $$"""
        # Written by the quickstart; run it again with: tributary run quickstart.yaml
        name: quickstart
        model: model
        data:
          train: data/*.jsonl
          format: alpaca
          template: { with_context: "{instruction}{context}", without_context: "{instruction}" }
          partition: { kind: files }
          validation: 0.1
          local_baseline: true
        method: fedit
        adaptation: { lora: { rank: 4, alpha: 8, targets: [c_attn] } }
        training: { rounds: 80, cohort: 6, local_steps: 8, batch_size: 16, max_length: 32, optimizer: { adamw: { lr: 4.0e-3, weight_decay: 0.0 } } }
        seed: {{seed}}
        output: run

        """;
}
