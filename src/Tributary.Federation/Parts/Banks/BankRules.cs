using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ClassTables;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Banks;

/// <summary>What the server keeps of single owners, see <see cref="Combine.Bank"/>, and what it mixes for a receiver, in one place.</summary>
public static class BankRules
{
    private const string Prefix = "bank_";

    /// <summary>The sections of the server's state that keep what owners reported last.</summary>
    public static IEnumerable<(string Section, TensorLayout Layout)> Layouts(Method method, IReadOnlyList<string> clients) => method.Combine is not Combine.Bank
        ? []
        : ClassTableRules.Layouts(method.LocalProgram).Select(report => (
            Prefix + report.Section, new TensorLayout(clients.SelectMany(client => report.Layout.Tensors.Select(tensor => (Of(client, tensor.Key), tensor.Shape))))));

    /// <summary>The state with what the senders of a round reported in the place of what they had reported before.</summary>
    public static ServerState Learned(ServerState state, WeighedUpdates weighed)
    {
        var (updates, method) = (weighed.Contents, weighed.Contents.Method);
        for (var k = 0; k < updates.Updates.Count; k++)
        {
            foreach (var (section, layout) in method.Combine is Combine.Bank ? ClassTableRules.Layouts(method.LocalProgram) : [])
            {
                var told = layout.Tensors.Where(tensor => updates.Source.Contains(k, section, tensor.Key)).Select(tensor => Read(updates, k, section, tensor.Key, tensor.Shape)).ToArray();
                state = WithOwn(state, section, updates.Updates[k].Client, new ParameterSet(told));
            }
        }

        return state;
    }

    /// <summary>The state with what one owner reported.</summary>
    public static ServerState WithOwn(ServerState state, string section, string client, ParameterSet told) =>
        state.WithSection(Prefix + section, state.Body.Section(Prefix + section).MergedWith(new ParameterSet(told.Select(tensor => tensor with { Key = Of(client, tensor.Key) }))));

    /// <summary>A body with what is mixed for a receiver; nothing before anybody has reported.</summary>
    public static MessageBody WithMixture(Method method, ServerState state, string receiver, MessageBody body)
    {
        var bank = state.Body.Section(Prefix + ClassTable.Section);
        var tables = bank.Select(tensor => tensor.Key.Adapter).Distinct(StringComparer.Ordinal).ToDictionary(owner => owner, owner => Own(bank, owner), StringComparer.Ordinal);
        return tables.Count == 0 ? body : body.WithSection(ClassTable.Section, ClassAffinity.Mixture(method.Weighting, tables.GetValueOrDefault(receiver), [.. tables.Values.OfType<ClassTable>()]).ToSet());
    }

    private static ClassTable? Own(ParameterSet bank, string owner) =>
        ClassTable.Of(new ParameterSet(bank.Where(key => key.Adapter == owner).Select(tensor => tensor with { Key = tensor.Key with { Adapter = TensorKey.DefaultAdapter } })));

    private static TensorKey Of(string client, TensorKey key) => key with { Adapter = client };

    private static HostTensor Read(RoundUpdates updates, int sender, string section, TensorKey key, int[] shape)
    {
        var tensor = HostTensor.Zeros(key, shape);
        updates.Source.Read(sender, section, key, 0, tensor.Values);
        return tensor;
    }
}
