using Tributary.Learning.Models.Bert;

namespace Tributary.Learning.Models.Roberta;

/// <summary>RoBERTa's configuration (Liu et al. 2019): BERT's fields, with positions that count from the row behind the padding token's.</summary>
internal sealed record RobertaConfig(BertConfig Bert, int FirstPosition)
{
    public static RobertaConfig Read(ConfigReader config)
    {
        var bert = BertConfig.Read(config, padId: 1);
        return bert.Positions > bert.PadId + 1
            ? new RobertaConfig(bert, bert.PadId + 1)
            : throw config.Wrong("max_position_embeddings", $"more than pad_token_id + 1 = {bert.PadId + 1}, where positions begin");
    }
}
