using Tributary.Federation.Clients;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>Learners of a group take their steps together, and what befalls one of them holds up none of the others.</summary>
public sealed class LearnerPoolTests : IDisposable
{
    private const int Together = 3;
    private readonly CpuBackend backend = new(1);
    private readonly LanguageModel model;
    private readonly LoraAdapter adapter;
    private readonly LearnerPool pool;

    public LearnerPoolTests()
    {
        model = ModelLoader.Build(
            """{"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"vocab_size":37,"n_positions":24,"n_embd":16,"n_layer":2,"n_head":2}""", backend, new RandomTensors(1));
        adapter = new LoraAdapter(new LoraConfig(Rank: 2), model);
        pool = new LearnerPool(model, [adapter], new LanguageModelling(), 1, together: Together);
    }

    [Fact]
    public async Task Clients_that_train_meet_and_have_the_losses_that_they_have_alone()
    {
        var alone = new List<double>();
        for (var client = 0; client < Together; client++)
        {
            alone.Add(await pool.TrainAsync(Train(client, steps: 1), default));
        }

        var bytes = await pool.RunAsync(learner => learner.PeakPassBytes, default);

        // However late a thread comes, the others are still at it when it does.
        while (await pool.RunAsync(learner => learner.PeakPassBytes, default) < 2 * bytes)
        {
            var together = await Task.WhenAll(Enumerable.Range(0, Together).Select(client => pool.TrainAsync(Train(client, steps: 200), default)));
            together.ShouldBe(alone);
        }
    }

    [Fact]
    public async Task More_clients_than_learners_take_turns()
    {
        var losses = await Task.WhenAll(Enumerable.Range(0, 20).Select(client => pool.TrainAsync(Train(client % Together, steps: 1 + (client % 4)), default)));

        losses.Chunk(Together).ShouldAllBe(round => round.SequenceEqual(losses.Take(round.Length)));
    }

    [Fact]
    public async Task Who_fails_between_steps_leaves_the_others_to_theirs()
    {
        var expected = await pool.TrainAsync(Train(0, steps: 1), default);

        var clients = Enumerable.Range(0, 6).Select(i => pool.TrainAsync(i == 1 ? Failing : Train(0, steps: 20), default)).ToArray();

        await Should.ThrowAsync<RunException>(() => clients[1]);
        foreach (var client in clients.Where((_, i) => i != 1))
        {
            (await client).ShouldBe(expected);
        }

        double Failing(IClientBackbone backbone)
        {
            Train(0, steps: 3)(backbone);
            throw new RunException("no more");
        }
    }

    [Fact]
    public async Task A_step_that_cannot_be_taken_fails_for_all_who_take_it_and_the_next_can_be()
    {
        var clients = Enumerable.Range(0, Together).Select(client => pool.TrainAsync(Train(client, steps: 5, token: 99), default)).ToArray();

        foreach (var client in clients)
        {
            (await Should.ThrowAsync<InputException>(() => client)).Message.ShouldContain("token id 99");
        }

        double.IsFinite(await pool.TrainAsync(Train(0, steps: 1), default)).ShouldBeTrue();
    }

    public void Dispose()
    {
        pool.Dispose();
        model.Dispose();
        backend.Dispose();
    }

    // The loss of steps that change nothing.
    private Func<IClientBackbone, double> Train(int client, int steps, int token = 7) => backbone => backbone.With(null, null, ParameterSet.Empty, own =>
    {
        own.Trainable.Write(adapter.Initial(model, (ulong)client));
        var rows = new TokenRows();
        rows.Add([1, token, 3 + client, 4, 5], [token, 3 + client, 4, 5, TokenRows.Ignore]);
        return Enumerable.Range(0, steps).Select(_ => own.AddGradient(rows)).Distinct().Single();
    });
}
