namespace Tributary.Learning.Data.Templates;

/// <summary>A piece of a rendered sample, and whether the model learns to say it.</summary>
public readonly record struct TextSpan(string Text, bool Learned);
