namespace Tributary.Numerics.Cpu.Threads;

/// <summary>Work cut into numbered parts that do not depend on each other. Implemented by structs, so that running one allocates nothing.</summary>
internal interface IJob
{
    /// <summary>Does part number <paramref name="part"/>, from 0.</summary>
    void Run(int part);
}
