using System.Security.Cryptography;
using Tributary.Coordinator.Store;
using Tributary.Numerics;

namespace Tributary.Coordinator.People;

/// <summary>The people who may use the coordinator. A bearer token is NAME.SECRET: the name finds the person, the secret is compared in constant time.</summary>
public sealed class PeopleRegister(Database database, TimeProvider time)
{
    private static readonly byte[] Nobody = new byte[SHA256.HashSizeInBytes];

    /// <summary>Everybody by name, revoked people among them.</summary>
    public IReadOnlyList<Person> All => [.. database.Read(PersonTable.All).Select(PersonOf)];

    /// <summary>Adds a person, or gives a revoked one a new token.</summary>
    /// <param name="name">The person's name.</param>
    /// <param name="role">What the person may do.</param>
    /// <returns>The bearer token, to be handed over in confidence: it is not kept.</returns>
    /// <exception cref="InputException">The name is not allowed or taken.</exception>
    public string Add(string name, Role role)
    {
        var secret = Secret.New();
        var person = new PersonRecord(PlainName.Require(name, "person"), role.ToString(), Secret.HashOf(secret)!, time.GetUtcNow(), Revoked: null);
        return database.Write(to => PersonTable.Add(to, person))
            ? $"{name}.{secret}"
            : throw new InputException($"there is a person of the name {name} already; revoke the old token first, or choose another name");
    }

    /// <summary>Whose bearer token this is; null when nobody's, or not any more.</summary>
    /// <param name="token">From outside.</param>
    public Person? Find(string? token)
    {
        var dot = token?.LastIndexOf('.') ?? -1;
        if (dot < 0 || Secret.HashOf(token![(dot + 1)..]) is not { } hash)
        {
            return null;
        }

        var person = database.Read(from => PersonTable.Find(from, token[..dot]));
        return CryptographicOperations.FixedTimeEquals(hash, person?.Hash ?? Nobody) && person is { Revoked: null } ? PersonOf(person) : null;
    }

    /// <summary>Makes a person's token worthless from the next request on.</summary>
    /// <returns>Whether there is such a person whose token counted until now.</returns>
    /// <exception cref="InputException">It is the last owner, without whom nobody could add another.</exception>
    public bool Revoke(string name) => database.Write(to =>
    {
        if (PersonTable.Find(to, name) is not { Revoked: null } person)
        {
            return false;
        }

        if (PersonOf(person).Role == Role.Owner && PersonTable.All(to).Count(other => other.Revoked is null && PersonOf(other).Role == Role.Owner) == 1)
        {
            throw new InputException($"{name} is the last owner; add another one first");
        }

        PersonTable.Revoke(to, name, time.GetUtcNow());
        return true;
    });

    private static Person PersonOf(PersonRecord record) => new(record.Name, Enum.Parse<Role>(record.Role), record.Created, record.Revoked);
}
