using System.Text.Json;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace Gaia.Gateway.Limits;

/// <summary>
/// Tells the other regions what callers used of their limits here, ten times a second, and charges here what they used there; one gateway of each region does.
/// Messages are told once: what is told while a region is cut off is not charged there, so that nobody is refused for what was long ago.
/// </summary>
internal sealed partial class RegionUsageService(
    RegionUsage usage,
    RateLimiter limiter,
    LeaseStore store,
    INatsConnection nats,
    TimeProvider time,
    IOptions<RegionOptions> region,
    ILogger<RegionUsageService> logger) : BackgroundService
{
    /// <summary>Followed by the region whose callers are told of.</summary>
    private const string Subject = "gaia.gateway.usage.";

    /// <summary>Callers in one message: about 100 KB.</summary>
    private const int Batch = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly JsonSerializerOptions Strictly = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly string self = region.Value.Name ?? "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!usage.IsShared)
        {
            return;
        }

        try
        {
            await Task.WhenAll(TellAsync(stoppingToken), ListenAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error) when (error is NatsException or ObjectDisposedException)
        {
            LogAlone(error);
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            // Taken also while NATS is unavailable: nobody is to be refused later for it.
            foreach (var used in usage.Take().Select(used => new UsedRequests(used.Who.Policy.Name, used.Who.Policy.Limit, used.Who.Who.ToString(), used.Requests)).Chunk(Batch))
            {
                if (nats.ConnectionState == NatsConnectionState.Open)
                {
                    await PublishAsync(new(time.GetUtcNow(), used), ct);
                }
            }
        }
    }

    private async Task PublishAsync(UsedInRegion told, CancellationToken ct)
    {
        try
        {
            await nats.PublishAsync(Subject + self, JsonSerializer.SerializeToUtf8Bytes(told), serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: ct);
        }
        catch (NatsException error)
        {
            LogNotTold(error);
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        // Of a region's gateways, which share a Redis, one gets each message.
        await foreach (var message in nats.SubscribeAsync(Subject + "*", queueGroup: self, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: ct))
        {
            if (message.Subject != Subject + self && Read(message.Data) is { } told)
            {
                var age = (long)Math.Max(0, (time.GetUtcNow() - told.At).TotalMicroseconds);
                await Task.WhenAll(told.Callers.OfType<UsedRequests>().Select(used => ChargeAsync(used, age)));
            }
        }
    }

    /// <returns>Null for what no gateway of this version says.</returns>
    private static UsedInRegion? Read(byte[]? message)
    {
        try
        {
            return JsonSerializer.Deserialize<UsedInRegion>(message, Strictly);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task ChargeAsync(UsedRequests used, long age)
    {
        // Each region may have limits of its own; a key's limit is the same in all of them.
        var policy = used.Policy == PolicyNames.ApiKey ? limiter.OfKeys(Math.Max(1, used.Limit)) : limiter.Policies.GetValueOrDefault(used.Policy);
        if (policy is not null && used.Requests > 0)
        {
            await store.AskAsync(store.KeyOf(policy, used.Who), policy, new(Math.Min(used.Requests, policy.Limit), age, Spending.AllOfIt), 0, limiter.Terms);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Other regions were not told what callers used of their limits here")]
    private partial void LogNotTold(Exception reason);

    [LoggerMessage(LogLevel.Error, "What callers use of their limits in other regions is no longer counted here")]
    private partial void LogAlone(Exception reason);

    /// <param name="At">When it was told, on the clock of who tells.</param>
    /// <param name="Callers">Who used something.</param>
    private sealed record UsedInRegion(DateTimeOffset At, IReadOnlyList<UsedRequests> Callers);

    /// <param name="Policy">Its name.</param>
    /// <param name="Limit">Of the policy, where the requests were admitted.</param>
    /// <param name="Who"><see cref="Identifier"/> as it stands in Redis.</param>
    /// <param name="Requests">How many were admitted.</param>
    private sealed record UsedRequests(string Policy, int Limit, string Who, int Requests);
}
