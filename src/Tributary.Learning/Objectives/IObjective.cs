using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>A loss over a batch.</summary>
public interface IObjective
{
    /// <summary>The mean loss; gradients are times <paramref name="scale"/>, the value is not.</summary>
    Var Loss(LanguageModel model, Pass pass, float scale);

    /// <summary>How many terms the mean is over: joins means of several batches.</summary>
    int Terms(TokenRows rows);
}
