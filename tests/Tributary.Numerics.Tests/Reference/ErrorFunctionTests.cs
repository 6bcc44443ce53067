using Tributary.Numerics.Reference;

namespace Tributary.Numerics.Tests.Reference;

public sealed class ErrorFunctionTests
{
    /// <summary>Values of 40-digit arithmetic, rounded to double.</summary>
    [Theory]
    [InlineData(0, 0.0, 1.0)]
    [InlineData(1e-300, 1.1283791670955126e-300, 1.0)]
    [InlineData(1e-10, 1.1283791670955126e-10, 0.999999999887162)]
    [InlineData(0.1, 0.1124629160182849, 0.887537083981715)]
    [InlineData(0.46875, 0.49261347321793797, 0.507386526782062)]
    [InlineData(0.4687500000000001, 0.4926134732179381, 0.5073865267820619)]
    [InlineData(0.5, 0.5204998778130465, 0.4795001221869535)]
    [InlineData(1, 0.8427007929497149, 0.15729920705028513)]
    [InlineData(1.7, 0.9837904585907745, 0.01620954140922544)]
    [InlineData(2.5, 0.999593047982555, 0.0004069520174449589)]
    [InlineData(3.999, 0.9999999844552505, 1.554474949099499e-08)]
    [InlineData(4, 0.9999999845827421, 1.541725790028002e-08)]
    [InlineData(4.001, 0.9999999847092178, 1.5290782173248732e-08)]
    [InlineData(5.5, 0.9999999999999927, 7.357847917974398e-15)]
    [InlineData(10, 1.0, 2.088487583762545e-45)]
    [InlineData(20, 1.0, 5.395865611607901e-176)]
    [InlineData(26.5, 1.0, 2.2109076642637343e-307)]
    [InlineData(-0.3, -0.3286267594591274, 1.3286267594591274)]
    [InlineData(-1.2, -0.9103139782296353, 1.9103139782296354)]
    [InlineData(-6, -1.0, 2.0)]
    public void Agrees_with_high_precision_values(double x, double erf, double erfc)
    {
        ErrorFunction.Erf(x).ShouldBe(erf, (1e-15 * Math.Abs(erf)) + double.Epsilon);
        ErrorFunction.Erfc(x).ShouldBe(erfc, (2e-15 * Math.Abs(erfc)) + double.Epsilon);
    }

    [Fact]
    public void Infinities_and_nan_pass()
    {
        ErrorFunction.Erf(double.PositiveInfinity).ShouldBe(1);
        ErrorFunction.Erf(double.NegativeInfinity).ShouldBe(-1);
        ErrorFunction.Erfc(double.NegativeInfinity).ShouldBe(2);
        ErrorFunction.Erf(double.NaN).ShouldBe(double.NaN);
    }
}
