using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>What an encoding of an answer looks at.</summary>
/// <param name="Method">The parts that hold in the round.</param>
/// <param name="Client">The sender.</param>
/// <param name="Now">The tensors to send, as they are after training.</param>
/// <param name="Received">Those received before.</param>
/// <param name="Kept">The sender's state from its last answer.</param>
/// <param name="Impact">The impact of blocks, where the encoding asks for it.</param>
/// <param name="Holding">What the sender holds.</param>
internal sealed record Upload(Method Method, string Client, ParameterSet Now, ParameterSet Received, MessageBody Kept, IReadOnlyDictionary<TensorKey, double[]> Impact, Holding Holding);

/// <summary>An encoded answer.</summary>
/// <param name="Tensors">The tensors that are sent; those with a part are whole here, what is not sent among them.</param>
/// <param name="Parts">Which part of a tensor is sent, where it is not all.</param>
/// <param name="State">What the sender keeps for its next answer, a tensor in each section for each that was sent.</param>
internal sealed record Encoded(ParameterSet Tensors, IReadOnlyDictionary<TensorKey, TensorPart> Parts, IReadOnlyDictionary<string, ParameterSet> State);
