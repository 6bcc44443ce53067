namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>Takes ids apart at some of them.</summary>
internal static class StretchSplitter
{
    /// <summary>The parts in order: an id that <paramref name="standsAlone"/>, or a run of others.</summary>
    public static IEnumerable<(int? Alone, List<int> Run)> Split(IReadOnlyList<int> ids, Func<int, bool> standsAlone)
    {
        var run = new List<int>();
        foreach (var id in ids)
        {
            if (!standsAlone(id))
            {
                run.Add(id);
                continue;
            }

            if (run.Count > 0)
            {
                yield return (null, run);
                run = [];
            }

            yield return (id, []);
        }

        if (run.Count > 0)
        {
            yield return (null, run);
        }
    }
}
