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

    /// <summary>A text, or a pair of them, and its label: a class, several classes, or a number.</summary>
    Classification,

    /// <summary>Words with a tag each: <c>tokens</c> and <c>tags</c> in JSON, or lines with a word first and its tag last and a blank line between sentences (CoNLL).</summary>
    Tokens,
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
        "tokens" => DataFormat.Tokens,
        "preference" => throw new InputException("data format 'preference' needs a preference objective, which this version does not have; train on the chosen answers as 'messages'"),
        _ => throw new InputException($"unknown data format '{name}'; expected auto, alpaca, dolly, messages, sharegpt, text, classification or tokens"),
    };

    /// <summary>The name of a format.</summary>
    public static string Name(DataFormat format) => format.ToString().ToLowerInvariant();
}
