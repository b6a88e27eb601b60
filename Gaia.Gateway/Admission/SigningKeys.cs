using System.Collections.Frozen;
using Gaia.Gateway.Services;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Gateway.Admission;

/// <summary>Auth's issuer name and its public keys by id.</summary>
internal sealed record KeySet(string Issuer, FrozenDictionary<string, SecurityKey> Keys);

/// <summary>
/// Auth's signing keys in memory. They are fetched at most once a second, whatever tokens name: requests that need newer keys
/// share the next fetch.
/// </summary>
internal sealed class SigningKeys(AuthClient auth, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private Task<KeySet>? next;
    private volatile KeySet? current;
    private long fetchedAt;

    /// <exception cref="HttpRequestException">They were never fetched, and Auth does not answer.</exception>
    public ValueTask<KeySet> GetAsync()
    {
        if (current is not { } keys)
        {
            return new(RefreshAsync());
        }

        if (time.GetElapsedTime(Volatile.Read(ref fetchedAt)) > Freshness)
        {
            // The current keys are used meanwhile, and while Auth is unavailable; requests that wait for the fetch see its failure.
            _ = RefreshAsync().ContinueWith(static late => late.Exception, TaskContinuationOptions.OnlyOnFaulted);
        }

        return new(keys);
    }

    /// <summary>The keys as they are after this call.</summary>
    /// <exception cref="HttpRequestException">Auth does not answer.</exception>
    public Task<KeySet> RefreshAsync()
    {
        lock (gate)
        {
            return next ??= FetchAsync();
        }
    }

    private async Task<KeySet> FetchAsync()
    {
        await Task.Yield();
        if (Volatile.Read(ref fetchedAt) is not 0 and var last && Pause - time.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time);
        }

        lock (gate)
        {
            // Later requests may need keys that Auth publishes after this fetch.
            next = null;
            fetchedAt = time.GetTimestamp();
        }

        var metadata = await auth.GetDocumentAsync("/.well-known/openid-configuration", CancellationToken.None);
        var keys = JsonWebKeySet.Create((await auth.GetDocumentAsync("/.well-known/jwks.json", CancellationToken.None)).GetRawText());
        return current = new(
            metadata.GetProperty("issuer").GetString()!,
            keys.Keys.Where(IsOurs).ToFrozenDictionary(key => key.Kid, SecurityKey (key) => key, StringComparer.Ordinal));
    }

    private static bool IsOurs(JsonWebKey key) => key is { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: JsonWebKeyECTypes.P256, Kid.Length: > 0 };
}
