namespace Tributary.Learning.Tokenizers.Training;

/// <summary>Gives every new token the next id: two merges may lead to one token.</summary>
internal sealed class VocabularyGrowth(List<string> tokens)
{
    private readonly Dictionary<string, int> ids = tokens.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id, StringComparer.Ordinal);

    /// <summary>The id of a token, which is appended when it is new.</summary>
    public int IdOf(string token)
    {
        if (!ids.TryGetValue(token, out var id))
        {
            id = tokens.Count;
            ids.Add(token, id);
            tokens.Add(token);
        }

        return id;
    }
}
