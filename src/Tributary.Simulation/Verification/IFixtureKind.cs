namespace Tributary.Simulation.Verification;

/// <summary>One kind of reference fixture: knows which it can run, and runs it.</summary>
internal interface IFixtureKind
{
    /// <summary>True when the file or folder holds a fixture of this kind.</summary>
    bool Claims(string path);

    /// <summary>Runs the fixture on the product's own code and records what was compared.</summary>
    void Run(string path, FixtureReport report);
}
