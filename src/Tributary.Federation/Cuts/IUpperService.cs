using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Cuts;

/// <summary>Whom clients ask in their steps when the model is cut: the server, in this process or elsewhere.</summary>
public interface IUpperService
{
    /// <summary>Asks and waits, also for other clients whose turn it is before.</summary>
    /// <param name="key">The work in which it is asked.</param>
    /// <param name="question">What is asked, see <see cref="CutMessages"/>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="Tributary.Numerics.InputException">The question is malformed, or belongs to no work that was handed out.</exception>
    MessageBody Ask(OrderKey key, MessageBody question, CancellationToken cancellation);

    /// <summary>Tells what could be asked, so that the upper part learns from it; nothing comes back.</summary>
    /// <param name="key">The work in which it is told.</param>
    /// <param name="told">What is told, see <see cref="CutMessages"/>.</param>
    /// <param name="cancellation">Stops waiting for a turn.</param>
    /// <exception cref="Tributary.Numerics.InputException">It is malformed, or belongs to no work that was handed out.</exception>
    void Tell(OrderKey key, MessageBody told, CancellationToken cancellation);
}
