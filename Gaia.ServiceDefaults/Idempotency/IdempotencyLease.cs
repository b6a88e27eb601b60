using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Gaia;

/// <summary>The claim of one request on its idempotency key, renewed until it is disposed of; or the response that the key has already.</summary>
public sealed class IdempotencyLease : IAsyncDisposable
{
    private readonly CancellationTokenSource disposed = new();
    private readonly IdempotencyStore? store;
    private readonly string name = "";
    private readonly Guid claim;
    private readonly Task renewals = Task.CompletedTask;
    private StoredResponse? completed;

    internal IdempotencyLease(IdempotencyStore store, string name, Guid claim)
    {
        (this.store, this.name, this.claim) = (store, name, claim);
        renewals = RenewAsync();
    }

    private IdempotencyLease(StoredResponse? response) => Response = response;

    /// <summary>The response to repeat; null when there is none yet.</summary>
    public StoredResponse? Response { get; }

    /// <summary>Whether this request has to do the work. False also while another request is doing it.</summary>
    public bool IsClaimed => store is not null;

    internal static IdempotencyLease Of(StoredResponse? response) => new(response);

    /// <summary>Records the response in the transaction that commits the work.</summary>
    /// <param name="db">The context that saves the work.</param>
    /// <param name="response">The response to repeat.</param>
    /// <param name="ct">Cancels the command.</param>
    /// <returns>False when the claim has lapsed and another request has the key: the work must not be committed.</returns>
    public async Task<bool> CompleteAsync(DbContext db, StoredResponse response, CancellationToken ct = default)
    {
        completed = response;
        return await IdempotencyStore.CompleteAsync(db, name, claim, response, ct);
    }

    /// <summary>Caches the recorded response. Call it when the transaction that recorded it is committed.</summary>
    public void Commit() => store!.Cache.Add(name, completed!);

    /// <summary>Records the response, unless the work has recorded it.</summary>
    /// <exception cref="IdempotencyLeaseLostException">Another request has the key by now.</exception>
    internal async Task EnsureCompletedAsync(StoredResponse response)
    {
        if (completed is null)
        {
            if (!await store!.CompleteAsync(name, claim, response))
            {
                throw new IdempotencyLeaseLostException();
            }

            completed = response;
        }

        Commit();
    }

    /// <summary>Frees the key unless its response is recorded.</summary>
    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        await renewals;
        disposed.Dispose();
        if (store is null)
        {
            return;
        }

        try
        {
            await store.ReleaseAsync(name, claim);
        }
        catch (Exception e) when (Failures.IsDatabaseAway(e))
        {
            // The claim lapses.
        }
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(IdempotencyStore.RenewalInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(disposed.Token))
            {
                try
                {
                    await store!.RenewAsync(name, claim, disposed.Token);
                }
                catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException)
                {
                    // The next renewal may be in time.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }
}
