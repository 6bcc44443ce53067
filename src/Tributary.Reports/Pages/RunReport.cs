using Tributary.Federation.Results;

namespace Tributary.Reports.Pages;

/// <summary>What the page of a run shows.</summary>
/// <param name="Name">Name of the experiment.</param>
/// <param name="Result">What the run came to.</param>
/// <param name="Configuration">The experiment as it was run, as YAML.</param>
public sealed record RunReport(string Name, RunResult Result, string Configuration);
