using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Auth.ExternalIssuers;

/// <summary>The keys that an external issuer's signatures are checked with. A published set is read again for a key it did not have, not oftener than invented key ids allow.</summary>
internal sealed partial class ExternalKeys(IOptions<ExternalIssuerOptions> options, IHttpClientFactory clients, TimeProvider clock, ILogger<ExternalKeys> log) : IDisposable
{
    private const string Shared = "";
    private const int LongestSet = 1 << 20;

    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim reading = new(1, 1);

    private volatile Known known = new(null, 0);

    /// <summary>Symmetric with a secret, never otherwise: a public key must not become somebody's HMAC secret.</summary>
    public string[] Algorithms => options.Value.Secret is null
        ? [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256]
        : [SecurityAlgorithms.HmacSha256];

    /// <returns>Null when the issuer has no such key.</returns>
    /// <exception cref="HttpRequestException">Its keys were never read, and cannot be read now.</exception>
    public async Task<SecurityKey?> FindAsync(string keyId, CancellationToken ct)
    {
        if (options.Value.Secret is { } secret)
        {
            return new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(secret));
        }

        var seen = known;
        var age = clock.GetElapsedTime(seen.ReadAt);
        if (seen.ReadAt == 0 || age > Freshness || (seen.Keys?.ContainsKey(keyId) is not true && age > Pause))
        {
            await ReadAsync(seen, ct);
        }

        return known.Keys is { } keys
            ? keys.GetValueOrDefault(keyId)
            : throw new HttpRequestException(HttpRequestError.ConnectionError, "The external issuer's keys were never read.");
    }

    public void Dispose() => reading.Dispose();

    private async Task ReadAsync(Known seen, CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            if (known != seen)
            {
                return;
            }

            using var client = clients.CreateClient(nameof(ExternalKeys));
            (client.MaxResponseContentBufferSize, client.Timeout) = (LongestSet, Deadline);
            var set = new JsonWebKeySet(await client.GetStringAsync(new Uri(options.Value.JwksUrl!), ct));
            known = new(set.GetSigningKeys().Where(k => k is not SymmetricSecurityKey).GroupBy(k => k.KeyId ?? Shared).ToDictionary(k => k.Key, k => k.First()), clock.GetTimestamp());
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // What was read before stays good; the next try is a pause away.
            known = new(seen.Keys, clock.GetTimestamp());
            LogUnreadable(e);
        }
        finally
        {
            reading.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The external issuer's keys cannot be read")]
    private partial void LogUnreadable(Exception reason);

    /// <param name="Keys">By id; null as long as no reading has succeeded.</param>
    private sealed record Known(Dictionary<string, SecurityKey>? Keys, long ReadAt);
}
