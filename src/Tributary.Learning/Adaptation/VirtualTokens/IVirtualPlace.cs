namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>Where virtual rows act.</summary>
internal interface IVirtualPlace
{
    /// <summary>Puts the rows there.</summary>
    void Attach(AdapterSet set, IVirtualRows rows);
}
