namespace Gaia.Caching;

/// <summary>A family of cache keys that live by the same rules. Declare one per kind of value, once, as a static field.</summary>
public abstract record Region
{
    /// <param name="name">What metrics, logs and the administration call it, for instance <c>personas.list</c>.</param>
    /// <param name="prefix">What every key of the region begins with, for instance <c>personas:list:</c>.</param>
    protected Region(string name, string prefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(prefix);
        Name = name;
        Prefix = prefix;
    }

    /// <summary>What metrics, logs and the administration call it.</summary>
    public string Name { get; }

    /// <summary>What every key of the region begins with.</summary>
    public string Prefix { get; }

    /// <summary>How long a value is fresh, in Redis and in memory. Default 5 minutes.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a node keeps a value in memory before it looks at Redis again; no longer than <see cref="Ttl"/>. Default: as long as that.</summary>
    public TimeSpan? LocalTtl { get; init; }

    /// <summary>How long "there is none" (a null from the loader) is believed. Default: as long as a value.</summary>
    public TimeSpan? NegativeTtl { get; init; }

    /// <summary>
    /// How long beyond <see cref="Ttl"/> an old value may answer, marked as stale, when the loader fails. Zero, the default, means never.
    /// </summary>
    public TimeSpan FailSafe { get; init; }

    /// <summary>The setting that <see cref="Ttl"/> comes from, for the tuning advice to name.</summary>
    public string? TtlSetting { get; init; }

    /// <summary>Values live shorter by a random share of at most this, so that what was filled together does not expire together.</summary>
    internal double Jitter { get; init; } = 0.02;

    /// <summary>
    /// How long a node waits for another one that is loading the same key before it loads too. Zero switches single-load across nodes off.
    /// Default 2 seconds.
    /// </summary>
    public TimeSpan LoadLockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The largest value in bytes of JSON; a larger one is refused with an exception. Default 1 MiB.</summary>
    public int MaximumBytes { get; init; } = 1 << 20;

    /// <summary>Credentials and the like: the administration shows no value of it, and it has no <see cref="FailSafe"/>.</summary>
    public bool Sensitive { get; init; }

    /// <summary>A load that takes longer than this from its first look to its write is not stored.</summary>
    internal static readonly TimeSpan FillLimit = TimeSpan.FromSeconds(30);

    /// <summary>True when values carry their own version (a row's), false when the fence seen before the loader began is their version.</summary>
    public abstract bool Versioned { get; }

    /// <summary>How long a tombstone stands: as long as what it refuses could come back, which is a late fill or, in a replica, an old value.</summary>
    internal TimeSpan TombstoneLife => TombstoneLifeFor(Ttl);

    internal virtual bool HasExpiry => false;

    internal TimeSpan TombstoneLifeFor(TimeSpan ttl) => TimeSpan.FromTicks(Math.Max((ttl + FailSafe).Ticks, (FillLimit * 2).Ticks));

    internal virtual long? VersionOf(object? value) => null;

    internal virtual DateTimeOffset? ExpiryOf(object? value) => null;

    internal void Validate()
    {
        Check(Ttl > TimeSpan.Zero, $"{nameof(Ttl)} must be positive");
        Check(LocalTtl is not { } local || (local > TimeSpan.Zero && local <= Ttl), $"{nameof(LocalTtl)} must be positive and at most {nameof(Ttl)}");
        Check(NegativeTtl is not { } negative || (negative > TimeSpan.Zero && negative <= Ttl), $"{nameof(NegativeTtl)} must be positive and at most {nameof(Ttl)}");
        Check(FailSafe >= TimeSpan.Zero, $"{nameof(FailSafe)} must not be negative");
        Check(!Sensitive || FailSafe == TimeSpan.Zero, $"a sensitive region has no {nameof(FailSafe)}: it must not answer with what expired");
        Check(LoadLockTimeout >= TimeSpan.Zero, $"{nameof(LoadLockTimeout)} must not be negative");
        Check(MaximumBytes > 0, $"{nameof(MaximumBytes)} must be positive");
    }

    private void Check(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"Cache region '{Name}': {rule}.");
        }
    }
}
