using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;

namespace Tributary.Learning.Adaptation;

/// <summary>Keys and values that an adapter puts in front of every sequence in one block's attention.</summary>
public interface IPrefix
{
    /// <summary>Number of prefix positions.</summary>
    int Length { get; }

    /// <summary>The keys, [length, key-value width]; not rotated.</summary>
    Columns Keys(Pass pass);

    /// <summary>The values, [length, key-value width].</summary>
    Columns Values(Pass pass);
}
