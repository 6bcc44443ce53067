using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Models;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The variant with layers shared along the depth (FedPrompt-LSR) and noise on uploads are not part of the method: the one is another model, the other the operator's.</summary>
[Specification(5, "fedprompt")]
public sealed class FedPromptTests
{
    private const int Tokens = 5;

    [Fact]
    [Checks(1)]
    public void The_base_model_stays_as_it_is_and_none_of_its_tensors_travels()
    {
        using var federation = new ModelFederation(Small(steps: 2), [ModelFederation.Texts(1, 3), ModelFederation.Texts(2, 4)]);
        var before = federation.BaseLogits();
        federation.Run(3);
        federation.BaseLogits().ShouldBe(before);
        federation.Visits.SelectMany(visit => (MessageBody[])[visit.Down, visit.Up]).SelectMany(body => body.Sections.Values).SelectMany(section => section)
            .Select(tensor => tensor.Key.Role).Distinct().ShouldBe(["prompt"]);
    }

    [Fact]
    [Checks(2)]
    public void An_upload_has_four_bytes_for_each_number_of_the_prompt()
    {
        using var federation = new ModelFederation(Small(steps: 1), [ModelFederation.Texts(1, 3), ModelFederation.Texts(2, 4)]);
        federation.Run(2);
        foreach (var sum in federation.Ledger.Rounds.Values)
        {
            sum.Up.ValueBytes.ShouldBe(2 * 4 * Tokens * ModelFederation.Width);
            sum.Down.ValueBytes.ShouldBe(2 * 4 * Tokens * ModelFederation.Width);
        }
    }

    [Fact]
    [Checks(3)]
    public void Alone_it_is_centralised_prompt_tuning()
    {
        var data = ModelFederation.Texts(1, 4);
        using var federation = new ModelFederation(Small(steps: 2), [data]);
        var federated = federation.Run(3)[2].Model[0].Values;

        using var central = new ModelFederation(Small(steps: 2), [data]);
        var (learner, rows) = (central.Learner, new TokenRows());
        using var optimizer = new Optimizer(new OptimizerSpec.Sgd(0.5), learner.Model.Backend, learner.Trainable.Length);
        learner.Trainable.Write(central.Start);
        data.Fill(rows, [0, 1, 2, 3]);
        for (var step = 0; step < 6; step++)
        {
            learner.Trainable.ZeroGradient();
            learner.AddGradient(rows);
            optimizer.Step(learner.Trainable.Values, learner.Trainable.Gradient, 0.5);
        }

        federated.ShouldNotBe(central.Start[0].Values);
        federated.ShouldBe(learner.Trainable.Read()[0].Values, 1e-5);
    }

    [Fact]
    [Checks(4)]
    public void Of_two_clients_with_the_same_data_the_mean_is_either_prompt()
    {
        var data = ModelFederation.Texts(1, 4);
        using var federation = new ModelFederation(Small(steps: 2), [data, data]);
        var global = federation.Run(1)[0].Model[0].Values;
        foreach (var visit in federation.Visits)
        {
            // Clients go through a batch in orders of their own.
            global.ShouldBe(visit.Up.Section(MessageBody.Parameters)[0].Values, 1e-5);
        }
    }

    [Fact]
    [Checks(5)]
    public void It_is_FedAvg_of_a_soft_prompt()
    {
        (Catalogue.FedPrompt with { Adaptation = Catalogue.FedIt.Adaptation, LocalProgram = Catalogue.FedIt.LocalProgram, Family = "lora" })
            .ShouldBe(Catalogue.FedIt with { Id = "fedprompt", Name = "FedPrompt", Paper = Catalogue.FedPrompt.Paper, Summary = Catalogue.FedPrompt.Summary, Basis = Basis.Reconstruction,
                LocalProgram = Catalogue.FedIt.LocalProgram, Challenges = Catalogue.FedIt.Challenges, Adaptation = Catalogue.FedIt.Adaptation });

        using var federation = new ModelFederation(Small(steps: 1), [ModelFederation.Texts(1, 1), ModelFederation.Texts(2, 3)]);
        var global = federation.Run(1)[0].Model[0].Values;
        var sent = federation.Visits.Select(visit => visit.Up.Section(MessageBody.Parameters)[0].Values).ToArray();
        global.ShouldBe([.. sent[0].Zip(sent[1], (a, b) => (0.25f * a) + (0.75f * b))], 1e-6);
    }

    private static Method Small(int steps) => Catalogue.FedPrompt with
    {
        Adaptation = new PromptTuningConfig(Tokens, PromptInitialisation.Vocabulary),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(0.5), Budget = new Budget.Steps(steps) }),
    };
}
