using Tributary.Learning.Data;
using Tributary.Learning.Data.Tokenized.Targets;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized.Targets;

public sealed class SequenceTargetTests
{
    [Fact]
    public void Classes_are_named_by_the_model_or_by_the_labels_that_occur()
    {
        Of(ProblemType.SingleLabel, 2, [], ["b", "a"], "b").Class.ShouldBe(1);
        Of(ProblemType.SingleLabel, 2, ["b", "a"], ["b", "a"], "b").Class.ShouldBe(0);
        Should.Throw<InputException>(() => Of(ProblemType.SingleLabel, 2, ["b", "a"], ["c"], "c")).Message.ShouldContain("id2label");
        Should.Throw<InputException>(() => Of(ProblemType.SingleLabel, 2, [], ["a", "b", "c"], "c")).Message.ShouldContain("3 classes");
    }

    [Fact]
    public void Numbers_are_one_for_each_score()
    {
        Of(ProblemType.Regression, 1, [], [], "-2.5").Targets.ShouldBe([-2.5f]);
        Of(ProblemType.Regression, 2, [], [], "1, 3e-1").Targets.ShouldBe([1, 0.3f]);
        Should.Throw<InputException>(() => Of(ProblemType.Regression, 1, [], [], "1,2")).Message.ShouldContain("2 numbers");
        Should.Throw<InputException>(() => Of(ProblemType.Regression, 1, [], [], "good")).Message.ShouldContain("'good' is not a number");
        Should.Throw<InputException>(() => Of(ProblemType.Regression, 1, [], [], "Infinity"));
    }

    [Fact]
    public void Several_labels_stand_by_name_by_number_or_as_one_flag_each()
    {
        Of(ProblemType.MultiLabel, 3, [], ["red", "green, blue"], "green|red").Targets.ShouldBe([0, 1, 1]);
        Of(ProblemType.MultiLabel, 3, ["red", "green", "blue"], ["red"], "red").Targets.ShouldBe([1, 0, 0]);
        Of(ProblemType.MultiLabel, 4, [], ["0,3", "1"], "0,3").Targets.ShouldBe([1, 0, 0, 1]);
        Of(ProblemType.MultiLabel, 3, ["red", "green", "blue"], ["0,1,1"], "0,1,1").Targets.ShouldBe([0, 1, 1]);
        Of(ProblemType.MultiLabel, 3, [], ["red"], "").Targets.ShouldBe([0, 0, 0]);
        Should.Throw<InputException>(() => Of(ProblemType.MultiLabel, 3, ["red", "green", "blue"], [], "pink")).Message.ShouldContain("'pink'");
    }

    private static SequenceTarget Of(ProblemType problem, int classes, string[] names, string[] labels, string label)
    {
        var head = new HeadSpec(HeadTask.SequenceClassification, classes, problem, names);
        return SequenceTargets.For(head, labels.Select(Row)).Of(Row(label), "x");
    }

    private static ClassificationExample Row(string label) => new("t", label, new Dictionary<string, string>());
}
