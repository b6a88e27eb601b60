using Gaia.Caching.Engine;
using Gaia.Caching.Store;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Caching.Outbox;

/// <summary>A row of the outbox: an invalidation that commits together with the change it follows from, and is deleted once it is announced.</summary>
public sealed class CacheChange
{
    /// <summary>In the order in which changes were noted.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The key whose value becomes old, without the prefix of the environment.</summary>
    public required string Key { get; init; }

    /// <summary>The changed row's new version; null where the region goes by timestamps.</summary>
    public long? Version { get; init; }

    /// <summary>When the change was committed, on the database's clock; set just before the commit, in the order in which changes of one key commit.</summary>
    public DateTimeOffset At { get; internal set; }

    /// <summary><see cref="At"/> as a version: microseconds since 1970. Zero before the commit.</summary>
    internal long Timestamp => At == default ? 0 : TimestampOf(At);

    internal static long TimestampOf(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}

/// <summary>How a service's own database takes part in the cache.</summary>
public static class CacheOutbox
{
    internal const string Table = "cache_outbox";

    /// <summary>Adds the tables of the outbox to the model.</summary>
    public static ModelBuilder AddCacheOutbox(this ModelBuilder model) => model
        .Entity<CacheChange>(change =>
        {
            change.ToTable(Table);
            change.HasKey(c => c.Id).HasName("pk_cache_outbox");
            change.Property(c => c.Id).HasColumnName("id").ValueGeneratedNever();
            change.Property(c => c.Key).HasColumnName("key").HasMaxLength(CacheKey.LengthLimit);
            change.Property(c => c.Version).HasColumnName("version");
            change.Property(c => c.At).HasColumnName("at").HasDefaultValueSql("clock_timestamp()");
        })
        .Entity<DatabasePosition>(position =>
        {
            position.ToTable("cache_outbox_position");
            position.HasKey(p => p.Id).HasName("pk_cache_outbox_position");
            position.Property(p => p.Id).HasColumnName("id").ValueGeneratedNever();
            position.Property(p => p.StreamMadeAt).HasColumnName("stream_made_at");
            position.Property(p => p.Sequence).HasColumnName("sequence");
        });

    /// <summary>
    /// Says that the changes which this context saves next make a cached value old. Change and invalidation commit in one transaction. What has been
    /// committed is announced from memory at once; the row is there for the case that this process ends before that.
    /// </summary>
    /// <param name="db">The context that saves the change, registered by <c>AddCacheOutbox</c>.</param>
    /// <param name="region">The region of the value.</param>
    /// <param name="key">The key of the value.</param>
    /// <param name="version">The row's new version; for a deleted row one more than its last. Null in regions without row versions.</param>
    public static void Invalidate<TKey, TValue>(this DbContext db, Region<TKey, TValue> region, TKey key, long? version = null)
        where TKey : notnull
        where TValue : class =>
        db.Add(new CacheChange { Key = region.Key(key), Version = version is { } own ? Envelope.Checked(own) : null });
}
