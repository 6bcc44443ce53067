using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Federation.Tests.Rounds;
using Tributary.Federation.Wire;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Wire;

public sealed class UpdateCheckTests : IDisposable
{
    private static readonly TensorLayout Layout = TensorLayout.Of(Sets.X(0, 0, 0));
    private readonly TemporaryFolder folder = new();

    private string File => folder.PathOf("update.safetensors");

    [Fact]
    public void An_answer_to_the_order_passes() => Check(Good);

    [Fact]
    public void A_loss_that_is_not_a_number_passes() => Check(Good.WithNumber(Update.TrainLossNumber, double.NaN));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_refused(float value) =>
        Refused(Good.WithSection(MessageBody.Parameters, Sets.X(1, value, 1))).ShouldContain("not finite");

    [Fact]
    public void A_tensor_of_another_shape_is_refused() => Refused(Good.WithSection(MessageBody.Parameters, Sets.X(1, 2))).ShouldContain("shape");

    [Fact]
    public void A_tensor_nobody_asked_for_is_refused() =>
        Refused(Good.WithSection("secrets", Sets.X(1, 2, 3))).ShouldContain("none that this message may hold");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Examples_must_be_a_number_above_0(double examples) => Refused(Good.WithNumber(Update.ExamplesNumber, examples)).ShouldContain("examples");

    [Fact]
    public void An_update_without_its_examples_is_refused() =>
        Refused(MessageBody.Empty.WithSection(MessageBody.Parameters, Sets.X(1, 2, 3))).ShouldContain("examples");

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(60)]
    public void A_truncated_file_is_refused(int length)
    {
        MessageFile.Write(File, Good);
        System.IO.File.WriteAllBytes(File, System.IO.File.ReadAllBytes(File)[..length]);
        Should.Throw<InputException>(() => UpdateCheck.Require(Layout, Order, File));
    }

    [Fact]
    public void What_is_signed_differs_in_every_part()
    {
        var keys = new[] { new OrderKey("a", 1, "b", "c"), new OrderKey("a", 1, "bc", ""), new OrderKey("a", 11, "b", "c"), new OrderKey("a\n1:1", 1, "b", "c") };
        keys.Select(key => Convert.ToHexString(Signatures.OfUpdate(key, "00"))).Distinct().Count().ShouldBe(keys.Length);
        Signatures.OfOrder("{}", new BodyReference("/a", 1, "00")).ShouldNotBe(Signatures.OfOrder("{}", new BodyReference("/a", 2, "00")));
    }

    public void Dispose() => folder.Dispose();

    private static MessageBody Good => MessageBody.Empty.WithNumber(Update.ExamplesNumber, 3).WithSection(MessageBody.Parameters, Sets.X(1, 2, 3));

    private static WorkOrder Order => new("run", 0, 1, "train", "a", WorkOrder.CurrentProtocol, 1, "", "", Catalogue.FedIt);

    private void Check(MessageBody body)
    {
        MessageFile.Write(File, body);
        UpdateCheck.Require(Layout, Order, File);
    }

    private string Refused(MessageBody body) => Should.Throw<InputException>(() => Check(body)).Message;
}
