using Tributary.Learning.Data;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data;

public sealed class LabelSetTests
{
    [Fact]
    public void Integer_labels_are_ordered_as_numbers_and_others_as_texts()
    {
        LabelSet.From(["2", "1", "2"], 2).IdOf("2").ShouldBe(1);
        LabelSet.From(["2", "1", "2"], 3).IdOf("2").ShouldBe(2);
        Should.Throw<InputException>(() => LabelSet.From(["0", "2"], 2).IdOf("2")).Message.ShouldContain("out of range");
        LabelSet.From(["b", "10", "a"], 3).Names.ShouldBe(["10", "a", "b"]);
    }

    [Fact]
    public void Declared_names_are_met_by_name_or_number()
    {
        var labels = new LabelSet(["World", "Sports"], First: 1);

        labels.IdOf("Sports").ShouldBe(1);
        labels.IdOf("1").ShouldBe(0);
        Should.Throw<InputException>(() => labels.IdOf("0")).Message.ShouldContain("label '0' is out of range");
        Should.Throw<InputException>(() => labels.IdOf("3")).Message.ShouldContain("World, Sports");
        Should.Throw<InputException>(() => labels.IdOf("Arts"));
    }

    [Fact]
    public void The_model_s_names_are_the_classes_and_numbers_count_as_the_files_do()
    {
        LabelSet.From(["1", "2"], 2, ["World", "Sports"]).IdOf("2").ShouldBe(1);
        LabelSet.From(["0", "1"], 2, ["World", "Sports"]).IdOf("World").ShouldBe(0);
        LabelSet.From(["Sports"], 2, ["World", "Sports"]).IdOf("Sports").ShouldBe(1);
        Should.Throw<InputException>(() => LabelSet.From(["Arts"], 2, ["World", "Sports"])).Message.ShouldContain("'Arts'");
    }
}
