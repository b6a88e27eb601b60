namespace Gaia.Caching.Engine;

/// <summary>A region as one cache instance runs it.</summary>
internal sealed class RegionState(Region declared)
{
    private volatile TtlTrial? trial;

    public Region Declared => declared;

    /// <summary>Which of its keys the tuning advice follows; null when there is none.</summary>
    public RegionSample? Sample { get; set; }

    /// <summary>Another lifetime that is being tried, or was and whose values may still be there; null when none was.</summary>
    public TtlTrial? Trial
    {
        get => trial;
        set => trial = value;
    }

    /// <summary>How long a tombstone stands, also while values live longer than declared.</summary>
    public TimeSpan TombstoneLife => Trial is { } tried && tried.LongestTtl > declared.Ttl ? declared.TombstoneLifeFor(tried.LongestTtl) : declared.TombstoneLife;

    public RegionStatistics Statistics { get; } = new(declared.Name);
}

/// <summary>Which region a key belongs to: the one with the longest prefix that fits, or the one for plain HybridCache keys.</summary>
internal sealed class RegionMap
{
    private readonly RegionState[] longestFirst;
    private readonly RegionState others;

    public RegionMap(IEnumerable<Region> declared, HybridRegion others)
    {
        var regions = declared.ToArray();
        foreach (var region in regions.Append(others))
        {
            region.Validate();
        }

        longestFirst = [.. regions.OrderByDescending(region => region.Prefix.Length).Select(region => new RegionState(region))];
        this.others = new RegionState(others);
        Refuse(regions.GroupBy(region => region.Name), "name");
        Refuse(regions.GroupBy(region => region.Prefix), "prefix");
    }

    public IEnumerable<RegionState> All => longestFirst.Append(others);

    /// <summary>How far back an invalidation can still matter.</summary>
    public TimeSpan LongestFence => All.Max(region => region.TombstoneLife);

    public RegionState Of(ReadOnlySpan<char> key)
    {
        foreach (var region in longestFirst)
        {
            if (key.StartsWith(region.Declared.Prefix, StringComparison.Ordinal))
            {
                return region;
            }
        }

        return others;
    }

    public RegionState Named(string name) =>
        All.FirstOrDefault(region => region.Declared.Name == name) ?? throw new ArgumentException($"Cache region '{name}' is not registered.", nameof(name));

    private static void Refuse(IEnumerable<IGrouping<string, Region>> groups, string what)
    {
        if (groups.FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two cache regions have the {what} '{twice.Key}'.");
        }
    }
}
