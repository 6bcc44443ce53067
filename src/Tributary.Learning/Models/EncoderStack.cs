using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models;

/// <summary>The encoder of an encoder–decoder model: from the rows of the texts to be answered to what the decoder's cross-attention sees.</summary>
public sealed class EncoderStack
{
    private readonly IBackbone backbone;

    internal EncoderStack(IBackbone backbone, int layers) => (this.backbone, Layers) = (backbone, layers);

    /// <summary>Number of blocks.</summary>
    public int Layers { get; }

    /// <summary>Hidden rows after the first <paramref name="blocks"/> blocks.</summary>
    public Var Hidden(Pass pass, int blocks)
    {
        var x = backbone.Embed(pass);
        for (var layer = 0; layer < blocks; layer++)
        {
            x = backbone.Block(pass, layer, x);
        }

        return x;
    }

    /// <summary>The encoder's output, [rows, width].</summary>
    public Var Output(Pass pass) => backbone.Finish(pass, Hidden(pass, Layers));
}
