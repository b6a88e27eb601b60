using System.Collections.Concurrent;
using System.Text.Json;
using Gaia.Caching.Store;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gaia.Gateway.Health;

/// <summary>
/// The last probe of each service, in memory for a second and in Redis as <c>service:health:{name}</c> for <c>SERVICE_HEALTH_CACHE_TTL</c>, where operators look
/// at it. Each gateway reports what it reaches itself. Redis gets a probe when its result is new or the one there has expired, since some providers bill commands.
/// </summary>
internal sealed class ServiceHealthCache(
    ServiceProbe probe, IConnectionMultiplexer redis, RedisLedger ledger, IConfiguration configuration, IOptions<CacheTtlOptions> ttl, TimeProvider time)
{
    public const string KeyPrefix = "service:health:";

    private const string LedgerName = "service.health";
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly string prefix = $"{configuration["CACHE_KEY_PREFIX"]}{KeyPrefix}";
    private readonly ConcurrentDictionary<string, ServiceHealth> last = new();
    private readonly ConcurrentDictionary<string, ServiceHealth> shared = new();

    public async Task<ServiceHealth> GetAsync(string service)
    {
        if (last.TryGetValue(service, out var known) && time.GetUtcNow() - known.CheckedAt <= Freshness)
        {
            return known;
        }

        var health = await probe.AskAsync(service, CancellationToken.None);
        last[service] = health;
        Share(service, health);
        return health;
    }

    private void Share(string service, ServiceHealth health)
    {
        if (!redis.IsConnected || shared.TryGetValue(service, out var there) && there.Status == health.Status && health.CheckedAt - there.CheckedAt < ttl.Value.ServiceHealth)
        {
            return;
        }

        shared[service] = health;
        var json = JsonSerializer.SerializeToUtf8Bytes(health, JsonSerializerOptions.Web);
        ledger.Count(LedgerName);
        _ = redis.GetDatabase().StringSetAsync(prefix + service, json, ttl.Value.ServiceHealth, flags: CommandFlags.FireAndForget);
    }
}
