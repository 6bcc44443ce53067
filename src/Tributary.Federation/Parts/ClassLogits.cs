namespace Tributary.Federation.Parts;

/// <summary>
/// What a client finds out with its trained model and sends in a section of its own: for each class the mean logits of those of its training samples that the model gets right,
/// how many they are, and how many samples of the class there are (FedHPL, Ma et al. 2024). As long for every model, whatever its size.
/// </summary>
/// <param name="Classes">Number of classes; null is the model's, put in when a run is set up.</param>
public sealed record ClassLogits(int? Classes = null);
