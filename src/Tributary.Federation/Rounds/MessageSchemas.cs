using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Banks;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Clusters;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Parts.ClassTables;
using Tributary.Federation.Parts.Experts;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Parts.Weightings;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Rounds;

/// <summary>What bodies and states of a run may hold, by the parts of its method, in one place.</summary>
public static class MessageSchemas
{
    /// <summary>The answer to an order.</summary>
    /// <param name="layout">What the run trains.</param>
    /// <param name="order">The order.</param>
    public static MessageSchema Up(TensorLayout layout, WorkOrder order) => Up(layout, order.Method, order.Holding, new Exchange(order.Exchange));

    /// <summary>The answer of a client in an exchange of a round.</summary>
    /// <param name="layout">What the run trains.</param>
    /// <param name="method">The parts that hold in the round.</param>
    /// <param name="holding">What the client holds.</param>
    /// <param name="exchange">The exchange.</param>
    public static MessageSchema Up(TensorLayout layout, Method method, Holding holding, Exchange exchange)
    {
        if (exchange == Exchange.Probe)
        {
            return WithProbes(MessageSchema.Parameters(NoTensors), layout, method);
        }

        var held = holding.Of(layout);
        var schema = method.Codec.Up is Encoding.SeedScalars
            ? MessageSchema.Parameters(NoTensors).With(SeedScalarRules.Section, SeedScalarRules.Up(method))
            : MessageSchema.Parameters(held).WithAgreed(CapacityRules.AgreedOf(method.Capacity, held));
        schema = schema.With(ClientReports.Section, ClientReports.LayoutOf(method.LocalProgram));
        schema = LocalProgramRunner.UsesControl(method.LocalProgram) ? schema.With(MessageBody.Control, held) : schema;
        schema = schema.With(ExpertRules.AnswerLayouts(method.Capacity, held));
        return WithScores(schema.With(ClassTableRules.Layouts(method.LocalProgram)), layout, method);
    }

    /// <summary>What goes out with an order.</summary>
    /// <param name="layout">What the run trains.</param>
    /// <param name="order">The order.</param>
    public static MessageSchema Down(TensorLayout layout, WorkOrder order) =>
        new Exchange(order.Exchange).SendsModel(order.Method) ? Down(layout, order.Method, order.Holding) : MessageSchema.Parameters(NoTensors);

    /// <summary>What goes out to a client with the model.</summary>
    /// <param name="layout">What the run trains.</param>
    /// <param name="method">The parts that hold in the round.</param>
    /// <param name="holding">What the client holds.</param>
    public static MessageSchema Down(TensorLayout layout, Method method, Holding holding)
    {
        var sent = method.Dispatch is Dispatch.Slice ? holding.Received(layout) : layout;
        var schema = method.Codec.Down is Encoding.SeedScalars
            ? MessageSchema.Parameters(NoTensors).With(SeedScalarRules.Section, SeedScalarRules.Down(method))
            : MessageSchema.Parameters(sent).WithAgreed(CapacityRules.AgreedOf(method.Capacity, sent));
        schema = ServerRules.KeepsControl(method.ServerStep) ? schema.With(MessageBody.Control, sent) : schema;
        schema = ServerRules.ChangesBase(method.ServerStep) ? schema.With(MessageBody.Base, BaseOf(layout, method.Adaptation)) : schema;
        schema = method.Dispatch is Dispatch.Mixture ? schema.With(ClassTableRules.Layouts(method.LocalProgram)) : schema;
        return WithScores(schema, layout, method);
    }

    /// <summary>The server's state and spooled answers, whatever the round.</summary>
    /// <param name="layout">What the run trains.</param>
    /// <param name="method">The method.</param>
    /// <param name="clients">The clients of whom the server keeps tensors of their own, where the method has it keep any.</param>
    public static MessageSchema Server(TensorLayout layout, Method method, IReadOnlyList<string>? clients = null)
    {
        var schema = MessageSchema.Parameters(layout).WithAgreed(CapacityRules.AgreedOf(method.Capacity, layout))
            .With(MessageBody.Control, layout)
            .With(MessageBody.Base, BaseOf(layout, method.Adaptation))
            .With(ServerRules.SectionsOf(method.ServerStep), ServerRules.LayoutOf(method.ServerStep, layout, clients ?? []))
            .With(SeedScalarRules.Section, SeedScalarRules.Server(method))
            .With(ClientReports.Section, ClientReports.LayoutOf(method.LocalProgram))
            .With(WeightingRules.StateLayouts(method, clients ?? []))
            .With(ClassTableRules.Layouts(method.LocalProgram))
            .With(BankRules.Layouts(method, clients ?? []))
            .With(ClusterRules.Layouts(method, layout))
            .With(CutRules.Layouts(method, layout))
            .With(ExpertRules.AnswerLayouts(method.Capacity, layout))
            .With(ExpertRules.StateLayouts(method.Capacity, layout, clients?.Count ?? 0));
        return WithProbes(WithScores(method.Capacity is Capacity.Elastic ? schema.WithSlices() : schema, layout, method), layout, method);
    }

    /// <summary>A model as it is used: what is trained, and updates of base weights.</summary>
    public static MessageSchema Served(TensorLayout layout, AdapterConfig adaptation) =>
        MessageSchema.Parameters(new TensorLayout(layout.Tensors.Concat(BaseOf(layout, adaptation).Tensors)));

    /// <summary>Updates of base weights: of the modules that have LoRA.</summary>
    public static TensorLayout BaseOf(TensorLayout layout, AdapterConfig adaptation) =>
        new(LoraPair.Among(layout.Tensors.Select(tensor => tensor.Key), adaptation).SelectMany(pair => BaseUpdateOf(pair, layout).Tensors));

    /// <summary>The update of one module's base weight.</summary>
    public static BaseUpdate BaseUpdateOf(LoraPair pair, TensorLayout layout) => layout.TryFind(pair.A.WireName, out _, out var a) && layout.TryFind(pair.B.WireName, out _, out var b)
        ? BaseUpdate.Of(pair.A, b[0], a[1])
        : throw new ArgumentException($"{pair.A.WireName} has no partner");

    /// <summary>A client's state.</summary>
    /// <param name="layout">What the run trains.</param>
    /// <param name="method">The method; null is one that keeps only what any may.</param>
    public static MessageSchema Client(TensorLayout layout, Method? method = null)
    {
        var up = (method ?? new Method()).Codec.Up;
        return MessageSchema.Parameters(layout)
            .With([LocalProgramRunner.PrivateSection, LocalProgramRunner.KeptSection, EntryPruning.Section, MessageBody.Control, .. EncodingRules.StateSections(up)], layout)
            .With(SelectionRules.StateLayouts(EncodingRules.SelectionOf(up), layout));
    }

    private static TensorLayout NoTensors { get; } = new([]);

    private static MessageSchema WithProbes(MessageSchema schema, TensorLayout layout, Method method) =>
        LayerRules.Probed(method.Capacity) is { } layers ? schema.With(MessageBody.Scores, LayerRules.UnitsOf(layers, method, layout).ScoreLayout) : schema;

    private static MessageSchema WithScores(MessageSchema schema, TensorLayout layout, Method method) =>
        CapacityRules.UnitsOf(method, layout) is { } units ? schema.With(MessageBody.Scores, units.ScoreLayout) : schema;
}
