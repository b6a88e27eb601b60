using System.Text.Json;
using Gaia.Caching.Administration;
using Gaia.Caching.Consistency;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Caching;

/// <summary>How this service caches. Regions are declared elsewhere and added here, each with the source that its misses load from.</summary>
public sealed partial class CachingOptions
{
    private readonly IServiceCollection services;

    internal CachingOptions(IServiceCollection services) => this.services = services;

    /// <summary>Put before every key in Redis, so that several environments can share one. Default: nothing.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>The JetStream stream that is the invalidation log. Default <c>gaia-cache</c>.</summary>
    public string Stream { get; set; } = "gaia-cache";

    /// <summary>The root of the log's subjects. Default <c>gaia.cache.invalidate</c>.</summary>
    public string Subject { get; set; } = "gaia.cache.invalidate";

    /// <summary>How long the log remembers; at least as long as anything in Redis lives. Default 24 hours.</summary>
    public TimeSpan LogAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many NATS servers hold the log. Default 1.</summary>
    public int LogReplicas { get; set; } = 1;

    /// <summary>How old an answer from memory may be, at worst, while the log is unavailable. Default 2 seconds.</summary>
    public TimeSpan StalenessBound { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The region of this node; null where there is only one. Default null.</summary>
    public string? OwnRegion { get; set; }

    /// <summary>
    /// The region where the log is written; null: this one. Elsewhere the NATS of the node mirrors it, the bound holds whatever lies between, and values are kept
    /// in memory only: no change at home reaches another region's Redis. Default null.
    /// </summary>
    public string? HomeRegion { get; set; }

    /// <summary>
    /// How long a read waits for an answer of Redis before it goes to its source instead. Three late answers in a row are taken for a Redis that is unavailable.
    /// Default 50 milliseconds.
    /// </summary>
    public TimeSpan RedisDeadline { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long after its start a node logs no warning about servers that are late or not there yet. Default 30 seconds.</summary>
    public TimeSpan StartGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of values (as JSON, plus an estimate of what holds them) stay in memory. Default 64 MiB.</summary>
    public long MemoryLimit { get; set; } = 64 << 20;

    /// <summary>How values become JSON. Default: the web's conventions.</summary>
    public JsonSerializerOptions Json { get; set; } = JsonSerializerOptions.Web;

    /// <summary>The rules for keys read through HybridCache that belong to no declared region.</summary>
    public HybridRegion Others { get; set; } = new();

    /// <summary>Nodes of one service share what they know of hot keys. Default: the name of the program.</summary>
    public string Service { get; set; } = System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "service";

    /// <summary>What <see cref="CacheCluster"/> calls the nodes of this service. Default: the name of the program.</summary>
    public string NodeName { get; set; } = System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "service";

    /// <summary>The services that <see cref="CacheCluster"/> names as missing also when it has yet to hear of a node of theirs.</summary>
    public IReadOnlyList<string> ExpectedServices { get; set; } = [];

    /// <summary>Whether this service audits the regions that <see cref="Audit{TKey, TValue}"/> names. Default: yes.</summary>
    public bool IsAuditOn { get; set; } = true;

    /// <summary>How many keys all nodes of this service together look at in a second. Default 20.</summary>
    public int AuditPerSecond { get; set; } = 20;

    /// <summary>In which share of the looks at changed keys Redis is asked too. Default 0.1.</summary>
    public double AuditRedisShare { get; set; } = 0.1;

    /// <summary>How many values a second are loaded from their source to be compared, where there are no row versions. Default 0.2.</summary>
    public double AuditLoadsPerSecond { get; set; } = 0.2;

    /// <summary>How long after a change nodes are looked at.</summary>
    internal IReadOnlyList<TimeSpan> AuditDelays { get; set; } = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)];

    /// <summary>By name.</summary>
    internal Dictionary<string, Func<IServiceProvider, AuditedRegion>> Audited { get; } = [];

    internal bool AuditsRegions => IsAuditOn && Audited.Count > 0;

    /// <summary>How many of its hottest keys a node remembers for the next one that starts. Default 200.</summary>
    public int WarmKeys { get; set; } = 200;

    /// <summary>For how long a start is held up to read what was hot. Default half a second.</summary>
    public TimeSpan WarmLimit { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many values a start loads from their sources, of regions named by <see cref="WarmHot{TKey, TValue}"/>, when Redis does not have them. Default 100.</summary>
    public int WarmLoads { get; set; } = 100;

    /// <summary>Whether this node simulates other settings, for <see cref="CacheTuning"/>. Default: yes.</summary>
    public bool IsAdviceOn { get; set; } = true;

    /// <summary>How many keys of a region the simulations follow at most. Default 4,096.</summary>
    public int AdviceSamples { get; set; } = 4_096;

    /// <summary>How many reads an advice is based on at least. Default 10,000.</summary>
    public int AdviceMinimumReads { get; set; } = 10_000;

    /// <summary>After what time reads have half of their weight for the advice. Default a day.</summary>
    public TimeSpan AdviceHalfLife { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The setting that <see cref="MemoryLimit"/> comes from, for the advice to name.</summary>
    public string? MemorySetting { get; set; }

    /// <summary>How often what was counted is added to the history. Default 5 minutes.</summary>
    public TimeSpan HistoryInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Stands in NATS subjects for the prefix that tells environments apart.</summary>
    internal string EnvironmentToken => MetricsStream.EnvironmentToken(KeyPrefix);

    internal List<Region> Regions { get; } = [];

    internal List<Func<IServiceProvider, CancellationToken, Task<int>>> Warmers { get; } = [];

    /// <summary>By region, how to bring a key from Redis into memory.</summary>
    internal Dictionary<string, Func<IServiceProvider, Func<string, CancellationToken, Task>>> StoreReaders { get; } = [];

    /// <summary>By region, how to bring a key from its source into memory.</summary>
    internal Dictionary<string, Func<IServiceProvider, Func<string, CancellationToken, Task>>> SourceReaders { get; } = [];

    internal void Validate()
    {
        Check(StalenessBound > TimeSpan.Zero, $"{nameof(StalenessBound)} must be positive");
        Check(RedisDeadline > TimeSpan.Zero, $"{nameof(RedisDeadline)} must be positive");
        Check(StartGrace >= TimeSpan.Zero, $"{nameof(StartGrace)} must not be negative");
        Check(MemoryLimit > 0, $"{nameof(MemoryLimit)} must be positive");
        Check(WarmKeys > 0, $"{nameof(WarmKeys)} must be positive");
        Check(WarmLimit > TimeSpan.Zero, $"{nameof(WarmLimit)} must be positive");
        Check(WarmLoads >= 0, $"{nameof(WarmLoads)} must not be negative");
        Check(AdviceSamples is > 0 and <= 1 << 20, $"{nameof(AdviceSamples)} must be from 1 to 1,048,576");
        Check(AdviceMinimumReads > 0, $"{nameof(AdviceMinimumReads)} must be positive");
        Check(AdviceHalfLife > TimeSpan.Zero, $"{nameof(AdviceHalfLife)} must be positive");
        Check(AuditPerSecond > 0, $"{nameof(AuditPerSecond)} must be positive");
        Check(AuditRedisShare is >= 0 and <= 1, $"{nameof(AuditRedisShare)} must be from 0 to 1");
        Check(AuditLoadsPerSecond >= 0, $"{nameof(AuditLoadsPerSecond)} must not be negative");
        Check(HistoryInterval > TimeSpan.Zero, $"{nameof(HistoryInterval)} must be positive");
        Check(LogReplicas > 0, $"{nameof(LogReplicas)} must be positive");
        Check(!string.IsNullOrEmpty(Stream), $"{nameof(Stream)} must not be empty");
        Check(!string.IsNullOrEmpty(Subject), $"{nameof(Subject)} must not be empty");
        var longest = Regions.Append(Others).MaxBy(region => region.Ttl + region.FailSafe)!;
        Check(longest.Ttl + longest.FailSafe <= LogAge, $"{nameof(LogAge)} must be at least as long as values of region '{longest.Name}' live, {nameof(Gaia.Caching.Region.FailSafe)} included");

        static void Check(bool holds, string rule)
        {
            if (!holds)
            {
                throw new ArgumentException($"Cache option {rule}.");
            }
        }
    }
}
