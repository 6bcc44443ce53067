namespace Tributary.Federation.Rounds;

/// <summary>Watches a run. Observers change nothing; on resume the committed rounds are told again, in order.</summary>
public interface IRunObserver
{
    /// <summary>A client was asked.</summary>
    void OnDispatched(OrderKey key)
    {
    }

    /// <summary>An update is in the spool.</summary>
    void OnReceived(Update update)
    {
    }

    /// <summary>A round is committed.</summary>
    void OnRound(RoundReport report)
    {
    }
}
