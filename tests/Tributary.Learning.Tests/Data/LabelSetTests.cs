using Tributary.Learning.Data;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data;

public sealed class LabelSetTests
{
    [Fact]
    public void Integer_labels_are_ordered_as_numbers_and_others_as_texts()
    {
        LabelSet.From(Rows("10", "9", "10", "1")).Names.ShouldBe(["1", "9", "10"]);
        LabelSet.From(Rows("b", "10", "a")).Names.ShouldBe(["10", "a", "b"]);
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

    private static IEnumerable<Example> Rows(params string[] labels) =>
        labels.Select(label => new ClassificationExample("t", label, new Dictionary<string, string>()));
}
