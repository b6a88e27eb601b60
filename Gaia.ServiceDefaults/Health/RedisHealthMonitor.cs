using Gaia.Caching.Administration;
using Gaia.Caching.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia;

/// <summary>
/// Knows whether Redis accepts writes, without a command for every health check: one write in minutes, and further ones only after an error reply or a lost
/// connection, here or at another node. A write shows what a PING does not: a read-only replica, exhausted memory, failed persistence, missing permissions.
/// </summary>
public sealed class RedisHealthMonitor : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMinutes(2);

    // The cache asks Redis for the time once or twice a minute.
    private static readonly TimeSpan IdleIntervalWithCache = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    private readonly IConnectionMultiplexer redis;
    private readonly CacheHealth? cache;
    private readonly RedisLedger? ledger;
    private readonly TimeProvider clock;
    private readonly RedisKey key;
    private readonly SemaphoreSlim doubt = new(0, 1);
    private volatile string? problem = "not checked yet";
    private volatile bool isAnswering;
    private long raised;

    public RedisHealthMonitor(IConnectionMultiplexer redis, IConfiguration configuration, IHostEnvironment environment, IServiceProvider services, TimeProvider clock)
    {
        (this.redis, this.clock, cache, ledger) = (redis, clock, services.GetService<CacheHealth>(), services.GetService<RedisLedger>());
        key = $"{configuration["CACHE_KEY_PREFIX"]}health:{environment.ApplicationName.Split('.')[^1].ToLowerInvariant()}";
    }

    /// <summary>Raised when Redis is not healthy: at once, and now and then while that lasts.</summary>
    public event Action? Lost;

    /// <summary>What is wrong; null when Redis is healthy.</summary>
    public string? Problem => problem ?? (!redis.IsConnected ? "not connected" : cache is not null && cache.RedisPrimariesUsed < cache.RedisPrimaries ? "no answer in time" : null);

    /// <summary>Whether Redis answers at all, if only by errors.</summary>
    public bool IsAnswering => redis.IsConnected && (isAnswering || cache is { RedisPrimaries: > 1 }) && cache is not { IsRedisUsed: false };

    /// <summary>The time that the last write took; null when it failed.</summary>
    public TimeSpan? Latency { get; private set; }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Problem is { } wrong ? new HealthCheckResult(context.Registration.FailureStatus, wrong) : HealthCheckResult.Healthy());

    /// <summary>Checks at once, because another node finds Redis not healthy.</summary>
    public void Doubt()
    {
        if (Problem is null)
        {
            CheckSoon();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        doubt.Dispose();
    }

    /// <summary>The first check is over when the service is started.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await CheckAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ErrorMessage += CheckSoon;
        redis.ConnectionFailed += CheckSoon;
        redis.ConnectionRestored += CheckSoon;
        if (cache is not null)
        {
            cache.RedisLost += CheckSoon;
        }

        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await doubt.WaitAsync(problem is not null ? RetryInterval : cache is null ? IdleInterval : IdleIntervalWithCache, stoppingToken);
                await CheckAsync();

                // However many errors there are.
                await Task.Delay(RetryInterval, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            redis.ErrorMessage -= CheckSoon;
            redis.ConnectionFailed -= CheckSoon;
            redis.ConnectionRestored -= CheckSoon;
            if (cache is not null)
            {
                cache.RedisLost -= CheckSoon;
            }
        }
    }

    private async Task CheckAsync()
    {
        try
        {
            var started = clock.GetTimestamp();
            ledger?.Count("health");
            await redis.GetDatabase().StringSetAsync(key, started, IdleInterval).WaitAsync(Deadline, clock);
            (Latency, isAnswering, problem) = (clock.GetElapsedTime(started), true, null);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            var isNew = problem is null;
            (Latency, isAnswering, problem) = (null, e is RedisServerException, e is TimeoutException ? "no answer in time" : e.Message);
            if (isNew && !isAnswering)
            {
                cache?.ProbeRedis();
            }

            if (isNew || clock.GetElapsedTime(raised) > RepeatInterval)
            {
                raised = clock.GetTimestamp();
                Lost?.Invoke();
            }
        }
    }

    private void CheckSoon(object? sender, EventArgs reason) => CheckSoon();

    private void CheckSoon()
    {
        try
        {
            doubt.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is about to check, or has ended.
        }
    }
}

internal static class RedisHealthRegistration
{
    /// <summary>Replaces the health check of Aspire's integration, which sends a PING every time.</summary>
    public static void AddRedisHealth(this IServiceCollection services)
    {
        services.AddSingleton<RedisHealthMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<RedisHealthMonitor>());
        services.AddHostedService<RedisLossService>();
        services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(check => check.Name == "redis"))
            {
                check.Factory = provider => provider.GetRequiredService<RedisHealthMonitor>();
            }
        });
    }
}
