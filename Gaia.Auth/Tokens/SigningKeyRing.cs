using Microsoft.Extensions.Options;

namespace Gaia.Auth.Tokens;

/// <summary>The keys at hand, read from the database again every few seconds; while it is unavailable, those that were read last.</summary>
internal sealed partial class SigningKeyRing(IServiceScopeFactory scopes, IOptions<SigningKeyOptions> options, TimeProvider clock, ILogger<SigningKeyRing> log) : IDisposable
{
    private readonly SemaphoreSlim loading = new(1, 1);

    private volatile Loaded? last;

    public async ValueTask<SigningKeySet> GetAsync(CancellationToken ct) =>
        last is { } loaded && clock.GetElapsedTime(loaded.At) < options.Value.Reload ? loaded.Keys : await LoadAsync(ct);

    /// <summary>Forgets what is at hand, after a change.</summary>
    public void Invalidate() => last = null;

    public void Dispose() => loading.Dispose();

    private async Task<SigningKeySet> LoadAsync(CancellationToken ct)
    {
        var seen = last;
        await loading.WaitAsync(ct);
        try
        {
            // Whoever waited may use what was loaded meanwhile.
            if (last is { } loaded && loaded != seen)
            {
                return loaded.Keys;
            }

            await using var scope = scopes.CreateAsyncScope();
            var keys = await scope.ServiceProvider.GetRequiredService<SigningKeyRotation>().EnsureAsync(ct);
            last = new(keys, clock.GetTimestamp());
            return keys;
        }
        catch (Exception e) when (seen?.Keys.SignerAt(clock.GetUtcNow()) is not null && !ct.IsCancellationRequested)
        {
            LogStale(e);
            last = seen with { At = clock.GetTimestamp() };
            return seen.Keys;
        }
        finally
        {
            loading.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The signing keys cannot be read; those read before stay in use")]
    private partial void LogStale(Exception reason);

    private sealed record Loaded(SigningKeySet Keys, long At);
}
