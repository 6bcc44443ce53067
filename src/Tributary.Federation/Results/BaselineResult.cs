namespace Tributary.Federation.Results;

/// <summary>What owners reach without a federation, on one data set with one seed: what every method is held against.</summary>
/// <param name="ConfigHash">Hash of every setting that can change it.</param>
/// <param name="DataHash">Hash of every owner's rows.</param>
/// <param name="Untrained">The model before training, on the union of the validation rows; null without such rows.</param>
/// <param name="Local">Mean over owners of the models trained alone, on the union.</param>
/// <param name="LocalFairness">Each owner's own model on its own rows.</param>
/// <param name="Pooled">One model on all data with the steps of all, on the union.</param>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="PeakRssBytes">Largest resident set of the process meanwhile.</param>
public sealed record BaselineResult(
    string ConfigHash, string DataHash, Metrics Untrained, Metrics Local, Fairness LocalFairness, Metrics Pooled, double Seconds, long PeakRssBytes);
