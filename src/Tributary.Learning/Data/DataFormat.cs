using Tributary.Numerics;

namespace Tributary.Learning.Data;

/// <summary>How the rows of a data file are to be understood.</summary>
public enum DataFormat
{
    /// <summary>By the names of the first row's fields.</summary>
    Auto,

    /// <summary><c>instruction</c>, optional <c>input</c>, <c>output</c>.</summary>
    Alpaca,

    /// <summary><c>instruction</c>, optional <c>context</c>, <c>response</c>.</summary>
    Dolly,

    /// <summary><c>messages[{role, content}]</c>.</summary>
    Messages,

    /// <summary><c>conversations[{from, value}]</c>.</summary>
    ShareGpt,

    /// <summary>Plain text, a list of texts, rows with <c>text</c>, or the text columns of a table.</summary>
    Text,

    /// <summary>A text and its label, in columns or fields.</summary>
    Classification,
}

/// <summary>The names of formats in experiment files.</summary>
public static class DataFormats
{
    /// <summary>The format of that name.</summary>
    /// <exception cref="InputException">There is none, or it is not supported yet.</exception>
    public static DataFormat Parse(string name) => name switch
    {
        "auto" => DataFormat.Auto,
        "alpaca" => DataFormat.Alpaca,
        "dolly" => DataFormat.Dolly,
        "messages" => DataFormat.Messages,
        "sharegpt" => DataFormat.ShareGpt,
        "text" => DataFormat.Text,
        "classification" => DataFormat.Classification,
        "preference" => throw new InputException("data format 'preference' needs a preference objective, which this version does not have; train on the chosen answers as 'messages'"),
        _ => throw new InputException($"unknown data format '{name}'; expected auto, alpaca, dolly, messages, sharegpt, text or classification"),
    };
}
