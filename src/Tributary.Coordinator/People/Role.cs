namespace Tributary.Coordinator.People;

/// <summary>What a person may do; each may also do what those before it may. Sites are no people: they are known by certificates.</summary>
public enum Role
{
    /// <summary>May look at runs and their results.</summary>
    Viewer,

    /// <summary>May make, steer and end runs, invite and revoke sites, add people, and read the audit log.</summary>
    Owner,
}
