using Tributary.Federation.Cuts;
using Tributary.Federation.Messages;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Cuts;

public sealed class CutMessagesTests
{
    private const int Width = 3;

    private static ModelShape Shape { get; } = new("llama", 2, Width, 10, 6, Width) { Head = new HeadSpec(HeadTask.CausalLanguageModelling, 0, default, []), DefaultTargets = [] };

    public static TheoryData<string, int, float> Values => new()
    {
        { "given", 0, float.NaN },
        { "given", 5, float.PositiveInfinity },
        { "lengths", 0, 4 },
        { "lengths", 0, -1 },
        { "lengths", 0, 2.5f },
        { "lengths", 0, float.NaN },
        { "samples", 1, -1 },
        { "samples", 1, 1e9f },
        { "labels", 0, 10 },
        { "labels", 0, -1 },
        { "labels", 0, 1.5f },
    };

    public static TheoryData<string, double> Numbers => new()
    {
        { "step", -1 }, { "step", 4 }, { "step", 0.5 }, { "step", double.NaN }, { "steps", 0 }, { "steps", 1e18 }, { "scale", -1 }, { "scale", 2 }, { "scale", double.NaN }, { "gradient", 0.5 },
    };

    [Fact]
    public void A_question_is_read_as_it_was_asked()
    {
        var (rows, read) = (Rows(), new TokenRows());
        var asked = CutMessages.Read(Question(), Shape, read);

        (asked.Step, asked.Steps, asked.Scale, asked.WantsGradient).ShouldBe((2, 4, 0.5f, true));
        asked.Given.ToArray().ShouldBe(Given);
        read.Labels.ToArray().ShouldBe(rows.Labels.ToArray());
        read.Keys.ToArray().ShouldBe(rows.Keys.ToArray());
        read.Segments.ToArray().ShouldBe(rows.Segments.ToArray());
        read.Positions.ToArray().ShouldBe(rows.Positions.ToArray());
        read.Ids.ToArray().ShouldAllBe(id => id == 0);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_that_cannot_be_are_refused(string tensor, int place, float value) =>
        Refused(With(tensor, old => old with { Values = [.. old.Values.Select((v, i) => i == place ? value : v)] }), tensor);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_that_cannot_be_are_refused(string number, double value) => Refused(Question().WithNumber(number, value), number);

    [Fact]
    public void Shapes_that_cannot_be_are_refused()
    {
        Refused(With("given", old => new HostTensor(old.Key, [5, 2], new float[10])), "given");
        Refused(With("given", old => new HostTensor(old.Key, [15], new float[15])), "given");
        Refused(With("given", old => new HostTensor(old.Key, [0, Width], [])), "given");
        var most = CutMessages.MostRows(Shape);
        Refused(With("given", old => new HostTensor(old.Key, [most + 1, Width], new float[(most + 1) * Width])), "given");
        Refused(With("labels", old => new HostTensor(old.Key, [4], new float[4])), "labels");
        Refused(With("samples", old => new HostTensor(old.Key, [1], new float[1])), "samples");
        Refused(With("lengths", old => new HostTensor(old.Key, [0], [])), "lengths");
        Refused(MessageBody.Empty, "given");
    }

    [Fact]
    public void An_answer_is_the_loss_and_its_gradient()
    {
        var gradient = new float[6];
        CutMessages.ReadAnswer(CutMessages.Answer(1.5, new float[] { 1, 2, 3, 4, 5, 6 }, Width), gradient).ShouldBe(1.5);
        gradient.ShouldBe([1, 2, 3, 4, 5, 6]);
        CutMessages.ReadAnswer(CutMessages.Answer(2, default, Width), default).ShouldBe(2);
    }

    [Fact]
    public void An_answer_of_another_length_or_without_a_loss_is_refused()
    {
        Should.Throw<InputException>(() => CutMessages.ReadAnswer(CutMessages.Answer(1, new float[3], Width), new float[6])).Message.ShouldContain("gradient");
        Should.Throw<InputException>(() => CutMessages.ReadAnswer(CutMessages.Answer(1, default, Width), new float[6])).Message.ShouldContain("gradient");
        Should.Throw<InputException>(() => CutMessages.ReadAnswer(MessageBody.Empty, default)).Message.ShouldContain("loss");
    }

    [Fact]
    public void Padding_cannot_be_asked_about()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3], [2, 3, TokenRows.Ignore], unseen: 1);
        Should.Throw<InputException>(() => CutMessages.Question(rows, new CutQuestion(0, 1, 1, true, new float[9]))).Message.ShouldContain("padding");
    }

    private static float[] Given { get; } = [.. Enumerable.Range(1, 15).Select(i => i / 4f)];

    private static TokenRows Rows()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3], [2, 3, TokenRows.Ignore], sampleKey: 7);
        rows.Add([4, 5], [5, TokenRows.Ignore], sampleKey: 9);
        return rows;
    }

    private static MessageBody Question() => CutMessages.Question(Rows(), new CutQuestion(2, 4, 0.5f, true, Given));

    private static MessageBody With(string name, Func<HostTensor, HostTensor> change)
    {
        var question = Question();
        return question.WithSection(CutMessages.Section, new ParameterSet(question.Section(CutMessages.Section).Select(tensor => tensor.Key.Name == name ? change(tensor) : tensor)));
    }

    private static void Refused(MessageBody question, string what) =>
        Should.Throw<InputException>(() => CutMessages.Read(question, Shape, new TokenRows())).Message.ShouldContain(what);
}
