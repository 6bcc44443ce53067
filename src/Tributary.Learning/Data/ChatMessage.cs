namespace Tributary.Learning.Data;

/// <summary>Who speaks in a dialogue.</summary>
public enum ChatRole
{
    /// <summary>Standing orders before the dialogue.</summary>
    System,

    /// <summary>The person.</summary>
    User,

    /// <summary>The model: its turns are learned.</summary>
    Assistant,

    /// <summary>What a tool returned.</summary>
    Tool,
}

/// <summary>One turn of a dialogue.</summary>
public sealed record ChatMessage(ChatRole Role, string Content);
