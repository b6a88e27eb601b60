using System.Text;
using System.Text.Json;
using Gaia.Caching.Reading;
using Gaia.Caching.Store;
using Gaia.Messaging.Streams;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using StackExchange.Redis;

namespace Gaia.Caching.Administration;

/// <summary>The keys that were hot on nodes of this service, hottest first: in Redis, and in a JetStream key-value bucket, so that they outlive it.</summary>
internal sealed class HotList(CacheNode node, IConnectionMultiplexer redis, INatsConnection nats, RedisLedger ledger, CachingOptions options)
{
    private const string Bucket = "gaia-cache-hot";
    private const string LedgerName = "cache.hot";
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private RedisKey Key => $"{options.KeyPrefix}cache:hot:{options.Service}";

    /// <summary>Environments that share a NATS have lists of their own.</summary>
    private string Entry => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Key.ToString()));

    /// <summary>The list in Redis; when there is none, the one in the bucket.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(CancellationToken ct) =>
        Parse(await ReadRedisAsync(ct)) is { Length: > 0 } list ? list : Parse(await ReadBucketAsync(ct));

    /// <summary>Keeps the list wherever that is possible now: the one of a minute ago is as good.</summary>
    public Task SaveAsync(IEnumerable<string> keys)
    {
        var list = JsonSerializer.SerializeToUtf8Bytes(keys);
        return Task.WhenAll(SaveInRedisAsync(list), SaveInBucketAsync(list));
    }

    private static string[] Parse(byte[]? list)
    {
        try
        {
            return list is null ? [] : JsonSerializer.Deserialize<string[]>(list) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task<byte[]?> ReadRedisAsync(CancellationToken ct)
    {
        try
        {
            if (!node.Store.Primaries.IsUsed(Key))
            {
                return null;
            }

            ledger.Count(LedgerName);
            return await redis.GetDatabase().StringGetAsync(Key).WaitAsync(options.RedisDeadline, ct);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<byte[]?> ReadBucketAsync(CancellationToken ct)
    {
        try
        {
            var bucket = await new NatsKVContext(new NatsJSContext(nats)).GetStoreAsync(Bucket, ct);
            return (await bucket.GetEntryAsync(Entry, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: ct)).Value;
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error))
        {
            // Nor is there one on a first start.
            return null;
        }
    }

    private async Task SaveInRedisAsync(byte[] list)
    {
        try
        {
            if (node.Store.Primaries.IsUsed(Key))
            {
                ledger.Count(LedgerName);
                await redis.GetDatabase().StringSetAsync(Key, list, Life).WaitAsync(options.RedisDeadline);
            }
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Later.
        }
    }

    private async Task SaveInBucketAsync(byte[] list)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var config = new NatsKVConfig(Bucket) { MaxAge = Life, NumberOfReplicas = options.LogReplicas };
            var bucket = await new NatsKVContext(new NatsJSContext(nats)).CreateOrUpdateStoreAsync(config, deadline.Token);
            await bucket.PutAsync(Entry, list, NatsRawSerializer<byte[]>.Default, deadline.Token);
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error))
        {
            // Later.
        }
    }
}
