using System.Text.Json;

namespace Tributary.Numerics.Tests.Reference;

public sealed class OptimizerTests
{
    private readonly Host _host = new();

    [SharedDataTheory]
    [InlineData("torch_sgd", OptimizerKind.Sgd)]
    [InlineData("torch_sgd_momentum", OptimizerKind.Sgd)]
    [InlineData("torch_sgd_momentum_dampening", OptimizerKind.Sgd)]
    [InlineData("torch_sgd_nesterov_wd", OptimizerKind.Sgd)]
    [InlineData("torch_adam", OptimizerKind.Adam)]
    [InlineData("torch_adam_l2", OptimizerKind.Adam)]
    [InlineData("torch_adam_amsgrad", OptimizerKind.Adam)]
    [InlineData("torch_adamw", OptimizerKind.AdamW)]
    [InlineData("torch_adamw_strong_decay", OptimizerKind.AdamW)]
    [InlineData("torch_adagrad", OptimizerKind.Adagrad)]
    [InlineData("torch_adagrad_init_decay", OptimizerKind.Adagrad)]
    [InlineData("torch_rmsprop", OptimizerKind.RmsProp)]
    [InlineData("torch_rmsprop_centered_momentum", OptimizerKind.RmsProp)]
    [InlineData("handwritten_yogi", OptimizerKind.Yogi)]
    public void Trace_is_that_of_the_reference(string name, OptimizerKind kind)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "math", "optimizers.json")));
        var root = document.RootElement;
        var trace = root.GetProperty("traces").GetProperty(name);
        foreach (var tensor in new[] { "w", "b" })
        {
            var parameter = _host.Up(Numbers(root.GetProperty(tensor + "0")), 1);
            var width = parameter.Columns;
            var (first, second, third) = (_host.Zeros(1, width), _host.Zeros(1, width), _host.Zeros(1, width));
            var expected = trace.GetProperty("after_step").EnumerateArray().ToArray();
            expected.Length.ShouldBe(5);
            for (var i = 0; i < expected.Length; i++)
            {
                var gradient = _host.Up(Numbers(root.GetProperty("grads")[i].GetProperty(tensor)), 1);
                _host.Backend.Update(Step(kind, i + 1, trace.GetProperty("hyper")), parameter, gradient, first, second, third);
                var after = _host.Down(parameter);
                var wanted = Numbers(expected[i].GetProperty(tensor));
                for (var e = 0; e < width; e++)
                {
                    after[e].ShouldBe(wanted[e], 1e-10 * Math.Abs(wanted[e]), $"{tensor}[{e}] after step {i + 1}");
                }
            }
        }
    }

    [Fact]
    public void Sgd_without_momentum_needs_no_state_and_maximize_turns_it_round()
    {
        var parameter = _host.Up([1, 2], 1);
        _host.Backend.Update(new(OptimizerKind.Sgd, 1, 0.5, Maximize: true), parameter, _host.Up([2, -4], 1), default, default, default);
        _host.Down(parameter).ShouldBe([2, 0]);
    }

    [Fact]
    public void Adam_without_its_moments_is_refused() =>
        Should.Throw<ArgumentException>(
            () => _host.Backend.Update(new(OptimizerKind.Adam, 1, 0.1), _host.Zeros(1, 2), _host.Zeros(1, 2), _host.Zeros(1, 2), default, default))
            .Message.ShouldContain("second is missing");

    private static OptimizerStep Step(OptimizerKind kind, int step, JsonElement hyper)
    {
        double Number(string key, double otherwise) => hyper.TryGetProperty(key, out var value) ? value.GetDouble() : otherwise;
        bool Flag(string key) => hyper.TryGetProperty(key, out var value) && value.GetBoolean();
        var betas = hyper.TryGetProperty("betas", out var pair) ? Numbers(pair) : [0.9, 0.999];
        return new(
            kind, step, Number("lr", double.NaN), betas[0], betas[1], Number("eps", 1e-8), Number("weight_decay", 0), Number("momentum", 0), Number("dampening", 0),
            Flag("nesterov"), Number("lr_decay", 0), Number("alpha", 0.99), Flag("centered"),
            Number("initial_accumulator", Number("initial_accumulator_value", 0)), AmsGrad: Flag("amsgrad"));
    }

    private static double[] Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Numbers).ToArray() : [element.GetDouble()];
}
