namespace Tributary.Federation.Parts.Experts;

/// <summary>
/// Experts to clients: the 0/1 matrix with fixed row sums and bounded column sums whose entries are worth most together. The constraints are those of a flow, so that the best flow,
/// found path by path, is the integer program's solution.
/// </summary>
internal sealed class Assignment
{
    // Rounding makes no path cheaper than itself.
    private const double Slack = 1e-12;
    private readonly double[,] worth;
    private readonly bool[,] given;
    private readonly int[] held;
    private readonly int least;
    private readonly int most;
    private readonly double[] expertCost;
    private readonly double[] clientCost;
    private readonly int[] expertFrom;
    private readonly int[] clientFrom;

    private Assignment(double[,] worth, int least, int most)
    {
        (this.worth, this.least, this.most) = (worth, least, most);
        var (experts, clients) = (worth.GetLength(0), worth.GetLength(1));
        (given, held) = (new bool[experts, clients], new int[clients]);
        (expertCost, expertFrom) = (new double[experts], new int[experts]);
        (clientCost, clientFrom) = (new double[clients], new int[clients]);
    }

    /// <summary>Whether there is such a matrix.</summary>
    /// <param name="experts">Rows.</param>
    /// <param name="clients">Columns.</param>
    /// <param name="holders">The sum of every row.</param>
    /// <param name="least">The smallest sum of a column.</param>
    /// <param name="most">The largest sum of a column.</param>
    public static bool IsPossible(int experts, int clients, int holders, int least, int most) =>
        holders <= clients && (long)least * clients <= (long)experts * holders && (long)experts * holders <= (long)Math.Min(most, experts) * clients;

    /// <summary>The best matrix, [experts, clients]; of equal ones always the same.</summary>
    /// <param name="worth">What each entry is worth, 0 … 1.</param>
    /// <param name="holders">The sum of every row.</param>
    /// <param name="least">The smallest sum of a column.</param>
    /// <param name="most">The largest sum of a column.</param>
    public static bool[,] Solve(double[,] worth, int holders, int least, int most)
    {
        var assignment = new Assignment(worth, least, most);
        for (var place = 0; place < worth.GetLength(0) * holders; place++)
        {
            assignment.Give(place % worth.GetLength(0));
        }

        return assignment.given;
    }

    // A place below a client's least is worth more than all others together.
    private double Bonus => worth.Length + 1;

    // One expert more to hold, along the path of least cost: to a client with room, or to one who passes on another expert in its place.
    private void Give(int expert)
    {
        Array.Fill(expertCost, double.PositiveInfinity);
        Array.Fill(clientCost, double.PositiveInfinity);
        expertCost[expert] = 0;
        for (var changed = true; changed;)
        {
            changed = Forwards();
            changed = Backwards() || changed;
        }

        var end = -1;
        for (var client = 0; client < held.Length; client++)
        {
            if (held[client] < most && (end < 0 || Ending(client) < Ending(end)))
            {
                end = client;
            }
        }

        held[end]++;
        for (var client = end; client >= 0;)
        {
            var from = clientFrom[client];
            given[from, client] = true;
            client = from == expert ? -1 : expertFrom[from];
            if (client >= 0)
            {
                given[from, client] = false;
            }
        }
    }

    private double Ending(int client) => clientCost[client] - (held[client] < least ? Bonus : 0);

    // A client without the expert could take it.
    private bool Forwards()
    {
        var changed = false;
        for (var e = 0; e < expertCost.Length; e++)
        {
            for (var c = 0; c < clientCost.Length; c++)
            {
                if (!given[e, c] && expertCost[e] - worth[e, c] < clientCost[c] - Slack)
                {
                    (clientCost[c], clientFrom[c], changed) = (expertCost[e] - worth[e, c], e, true);
                }
            }
        }

        return changed;
    }

    // A client with the expert could give it up.
    private bool Backwards()
    {
        var changed = false;
        for (var e = 0; e < expertCost.Length; e++)
        {
            for (var c = 0; c < clientCost.Length; c++)
            {
                if (given[e, c] && clientCost[c] + worth[e, c] < expertCost[e] - Slack)
                {
                    (expertCost[e], expertFrom[e], changed) = (clientCost[c] + worth[e, c], c, true);
                }
            }
        }

        return changed;
    }
}
