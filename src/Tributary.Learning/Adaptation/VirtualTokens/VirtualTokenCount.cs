namespace Tributary.Learning.Adaptation.VirtualTokens;

internal static class VirtualTokenCount
{
    private const int Most = 1 << 16;

    /// <summary>What is wrong with a number of virtual tokens, and with the hidden width of an encoder that makes them.</summary>
    public static IEnumerable<string> Problems(int count, int? hidden = null)
    {
        if (count is < 1 or > Most)
        {
            yield return $"virtual_tokens must be from 1 to {Most}";
        }

        if (hidden is < 1 or > Most)
        {
            yield return $"hidden_size must be from 1 to {Most}";
        }
    }
}
