namespace Tributary.Federation.Results;

/// <summary>What the quickstart came to. Accuracies are in 0…1.</summary>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="PeakRssBytes">Largest resident set of the process.</param>
/// <param name="Seed">Seed of every random number.</param>
/// <param name="Owners">The data owners.</param>
/// <param name="Skills">How well each skill is mastered, by whom.</param>
/// <param name="Rounds">Validation loss by round, the first before training.</param>
/// <param name="Samples">Questions and answers.</param>
/// <param name="Bytes">What travelled, against what stayed.</param>
/// <param name="Report">Where the page was written.</param>
public sealed record QuickstartResult(
    double Seconds, long PeakRssBytes, ulong Seed, IReadOnlyList<QuickstartOwner> Owners, IReadOnlyList<QuickstartSkill> Skills,
    IReadOnlyList<double> Rounds, IReadOnlyList<QuickstartSample> Samples, QuickstartBytes Bytes, string Report);

/// <summary>One owner: the skills in its data, and its accuracy alone and in the federation.</summary>
public sealed record QuickstartOwner(string Id, IReadOnlyList<string> Skills, QuickstartAccuracy Alone, QuickstartAccuracy Federated);

/// <summary>Mean accuracy on the owner's own skills and on all.</summary>
public sealed record QuickstartAccuracy(double Own, double All);

/// <summary>One skill: accuracy of the federated model and of each owner alone, in the order of the owners.</summary>
public sealed record QuickstartSkill(string Name, double Federated, IReadOnlyList<double> Alone);

/// <summary>One question and what was answered to it.</summary>
/// <param name="Skill">The skill it asks for.</param>
/// <param name="Question">The prompt.</param>
/// <param name="Expected">The right answer.</param>
/// <param name="Owner">The owner who answered alone.</param>
/// <param name="Alone">That owner's answer.</param>
/// <param name="Federated">The federated model's answer.</param>
public sealed record QuickstartSample(string Skill, string Question, string Expected, string Owner, string Alone, string Federated);

/// <summary>Bytes of all updates in both directions, of the owners' data, and of sending the whole model every round instead.</summary>
public sealed record QuickstartBytes(long Travelled, long Data, long ModelEveryRound);
