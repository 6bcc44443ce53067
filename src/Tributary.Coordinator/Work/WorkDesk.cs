using System.Collections.Concurrent;

namespace Tributary.Coordinator.Work;

/// <summary>Where all sites come for work.</summary>
public sealed class WorkDesk(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SiteDesk> sites = new(StringComparer.Ordinal);

    /// <summary>The desk of a site that is known to the coordinator.</summary>
    public SiteDesk For(string site) => sites.GetOrAdd(site, _ => new SiteDesk(time));
}
