namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>In front of the embedded tokens.</summary>
internal sealed class PromptPlace : IVirtualPlace
{
    public void Attach(AdapterSet set, IVirtualRows rows) => set.AddPrompt(new SoftPrompt(rows), rows.Count);
}
