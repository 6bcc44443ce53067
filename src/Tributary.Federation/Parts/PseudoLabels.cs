namespace Tributary.Federation.Parts;

/// <summary>
/// Few labels: a client knows those of some of its rows, drawn once from the seed, and never looks at the others. Of these its pool takes in every round the ones that the
/// model as received is surest of, with that model's shares of the classes as soft labels, and training is on the known rows and the pool together. In round t, from 0, pool and
/// known rows are at most known · growthᵗ (Schick and Schütze 2021; LP-FL, Jiang et al. 2023).
/// </summary>
/// <param name="Known">Rows with a label, at least 1; fewer where a client has fewer rows.</param>
/// <param name="Growth">What known rows and pool are multiplied with from round to round, at least 1.</param>
/// <param name="Classes">Number of classes; null is the model's, put in when a run is set up.</param>
public sealed record PseudoLabels(int Known = 32, double Growth = 5, int? Classes = null);
