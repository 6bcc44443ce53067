using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ClassTables;

/// <summary>What clients send of their scores by class, see <see cref="ClassLogits"/>, and how it is found.</summary>
public static class ClassTableRules
{
    private const int SamplesAtOnce = 32;

    /// <summary>The section of a program's table, none when it sends none.</summary>
    public static IReadOnlyList<(string Section, TensorLayout Layout)> Layouts(LocalProgram program) =>
        program.ClassLogits is { } table ? [(ClassTable.Section, ClassTable.Layout(table.Classes ?? 0))] : [];

    /// <summary>An answer with an empty table: as long as with a real one.</summary>
    public static MessageBody WithBlank(LocalProgram program, MessageBody answer) =>
        Layouts(program).Aggregate(answer, (body, table) => body.WithSection(table.Section, new ParameterSet(table.Layout.Tensors.Select(t => HostTensor.Zeros(t.Key, t.Shape)))));

    /// <summary>An answer with the table of a trained model, where one is sent.</summary>
    public static MessageBody WithTable(LocalProgram program, MessageBody answer, IClientModel model, TokenizedDataset data) =>
        program.ClassLogits is { } table ? answer.WithSection(ClassTable.Section, Measure(model, data, table.Classes ?? 0).ToSet()) : answer;

    /// <summary>The method with the model's number of classes put in.</summary>
    public static Method For(Method method, ModelShape shape) => method.LocalProgram.ClassLogits is { Classes: null } table
        ? method with { LocalProgram = method.LocalProgram with { ClassLogits = table with { Classes = shape.Classes } } }
        : method;

    /// <summary>Mean logits by class over the samples that the model gets right.</summary>
    public static ClassTable Measure(IClientModel model, TokenizedDataset data, int classes)
    {
        var (sums, correct, examples) = (new double[classes * classes], new float[classes], new float[classes]);
        var rows = new TokenRows();
        for (var first = 0; first < data.Count; first += SamplesAtOnce)
        {
            int[] samples = [.. Enumerable.Range(first, Math.Min(SamplesAtOnce, data.Count - first))];
            data.Fill(rows, samples);
            var scores = model.Scores(rows);
            for (var i = 0; i < samples.Length; i++)
            {
                var own = scores.AsSpan(i * classes, classes);
                var label = data.Examples[samples[i]].Class;
                if (label < 0 || label >= classes)
                {
                    continue;
                }

                examples[label]++;
                if (Largest(own) == label)
                {
                    correct[label]++;
                    for (var c = 0; c < classes; c++)
                    {
                        sums[(label * classes) + c] += own[c];
                    }
                }
            }
        }

        return new ClassTable([.. sums.Select((sum, i) => correct[i / classes] > 0 ? (float)(sum / correct[i / classes]) : 0)], correct, examples);
    }

    private static int Largest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
