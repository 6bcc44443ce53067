using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>
/// Each sender's change of its own prompt, brought through the generator by the chain rule; their sum is the direction of an ordinary server step on the generator's tensors.
/// The generator never leaves the server.
/// </summary>
internal sealed class GeneratorRule(ServerStep.Generator step, IServerRule inner) : IServerRule
{
    private const string Section = "generator";

    /// <summary>The tensors of the generator, for prompts among these of the run.</summary>
    public static TensorLayout LayoutOf(ServerStep.Generator step, TensorLayout trained, IReadOnlyList<string> clients) => TargetOf(step, trained) is { Shape: var shape }
        ? new(PromptGenerator.Layout(step.BasisRows, shape[0], shape[1], clients))
        : new([]);

    /// <summary>The names of the sections that the step keeps.</summary>
    public static IEnumerable<string> Sections(ServerStep.Generator step) => [Section, .. ServerRules.SectionsOf(step.Step)];

    /// <summary>The state with a generator drawn from the seed.</summary>
    public static ServerState Begin(ServerStep.Generator step, ServerState state, IReadOnlyList<string> clients, long seed) => state.WithSection(
        Section, new ParameterSet(LayoutOf(step, TensorLayout.Of(state.Model), clients).Tensors.Select(tensor => PromptGenerator.Initial(tensor.Key, tensor.Shape, seed))));

    /// <summary>The model with the prompt that the generator makes for a client.</summary>
    public static ParameterSet For(ServerStep.Generator step, ServerState state, string client) => TargetOf(step, TensorLayout.Of(state.Model)) is { } target
        ? state.Model.ReplacedBy(new ParameterSet([new HostTensor(target.Key, target.Shape, Of(step, state, target.Shape[1]).Prompt(client).ToSingles())]))
        : state.Model;

    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var contents = updates.Contents;
        if (TargetOf(step, contents.Layout) is not { } target)
        {
            return state;
        }

        var changes = Enumerable.Range(0, contents.Updates.Count)
            .Where(k => contents.Source.Contains(k, MessageBody.Parameters, target.Key))
            .Select(k => (contents.Updates[k].Client, HostMatrix.Of(target.Shape[0], target.Shape[1], contents.Read(k, target.Key).Values))).ToArray();
        var direction = Of(step, state, target.Shape[1]).Pull(changes);
        var stepped = inner.Apply(state.WithModel(state.Body.Section(Section)), new Joined(direction, IsDelta: true, ParameterSet.Empty), updates);
        return stepped.WithSection(Section, stepped.Model).WithModel(state.Model);
    }

    // As many heads as asked for, or the most below it that divide the width.
    private static PromptGenerator Of(ServerStep.Generator step, ServerState state, int width) =>
        new(state.Body.Section(Section), Enumerable.Range(1, step.Heads).Last(heads => width % heads == 0));

    private static (TensorKey Key, int[] Shape)? TargetOf(ServerStep.Generator step, TensorLayout trained) =>
        trained.Tensors.FirstOrDefault(tensor => tensor.Key.Role == step.Role && tensor.Shape.Length == 2) is { Shape: not null } target ? target : null;
}
