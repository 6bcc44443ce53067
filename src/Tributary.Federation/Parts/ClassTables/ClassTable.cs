using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ClassTables;

/// <summary>Mean logits by class: one row of scores for each class, from how many samples it comes, and how many there were.</summary>
public sealed class ClassTable
{
    /// <summary>The section of messages with a table.</summary>
    public const string Section = "class_logits";

    private readonly float[] logits;

    /// <summary>Takes over the values.</summary>
    /// <param name="logits">Scores, [classes, classes], row by row.</param>
    /// <param name="correct">Samples behind each row.</param>
    /// <param name="examples">All samples of each class.</param>
    public ClassTable(float[] logits, float[] correct, float[] examples) => (this.logits, Correct, Examples) = (logits, correct, examples);

    /// <summary>Number of classes.</summary>
    public int Classes => Correct.Length;

    /// <summary>Samples behind each row.</summary>
    public float[] Correct { get; }

    /// <summary>All samples of each class.</summary>
    public float[] Examples { get; }

    /// <summary>Shapes of the tensors of a table.</summary>
    public static TensorLayout Layout(int classes) => new([(Key("logits"), [classes, classes]), (Key("correct"), [classes]), (Key("examples"), [classes])]);

    /// <summary>The table in these tensors; null when one is missing.</summary>
    public static ClassTable? Of(ParameterSet set) =>
        set.TryGet(Key("logits"), out var logits) && set.TryGet(Key("correct"), out var correct) && set.TryGet(Key("examples"), out var examples)
            ? new ClassTable(logits.Values, correct.Values, examples.Values)
            : null;

    /// <summary>The row of a class; null when nobody got a sample of it right.</summary>
    public float[]? Row(int c) => Correct[c] > 0 ? logits[(c * Classes)..((c + 1) * Classes)] : null;

    /// <summary>The tensors.</summary>
    public ParameterSet ToSet() => new(
        [new HostTensor(Key("logits"), [Classes, Classes], logits), new HostTensor(Key("correct"), [Classes], Correct), new HostTensor(Key("examples"), [Classes], Examples)]);

    private static TensorKey Key(string name) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "class_table", name);
}
