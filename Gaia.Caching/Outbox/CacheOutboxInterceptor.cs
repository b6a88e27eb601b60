using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Gaia.Caching.Outbox;

/// <summary>
/// Notices when outbox rows have been committed, by <c>SaveChanges</c> alone or with the transaction it was part of, and not a moment earlier: a fence
/// for a change that is rolled back would refuse the row as it still is.
/// </summary>
internal sealed class CacheOutboxInterceptor(CacheOutboxDispatcher outbox) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    private readonly ConditionalWeakTable<DbContext, Pending> contexts = new();

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Begin(eventData.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default)
    {
        Begin(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        // The synchronous path cannot wait without blocking a thread; the dispatcher works all the same.
        _ = SavedAsync(eventData.Context);
        return result;
    }

    public override async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await SavedAsync(eventData.Context);
        return result;
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData) => Of(eventData.Context)?.Saving.Clear();

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(eventData.Context)?.Saving.Clear();
        return Task.CompletedTask;
    }

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        SetTimestampsAsync(transaction, eventData.Context, CancellationToken.None).GetAwaiter().GetResult();
        return result;
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default)
    {
        await SetTimestampsAsync(transaction, eventData.Context, cancellationToken);
        return result;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => _ = CommittedAsync(eventData.Context);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        CommittedAsync(eventData.Context);

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Forget(eventData.Context);

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context);
        return Task.CompletedTask;
    }

    private void Begin(DbContext? db)
    {
        var changes = db?.ChangeTracker.Entries<CacheChange>().Where(entry => entry.State is EntityState.Added).Select(entry => entry.Entity).ToList();
        if (changes is { Count: > 0 })
        {
            contexts.GetOrCreateValue(db!).Saving.AddRange(changes);

            // A change alone would be saved without one, and there would be no moment before the commit.
            db!.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        }
    }

    private async Task SavedAsync(DbContext? db)
    {
        if (Of(db) is not { } pending)
        {
            return;
        }

        // The rows are the dispatcher's from here on.
        foreach (var entry in db!.ChangeTracker.Entries<CacheChange>().ToList())
        {
            entry.State = EntityState.Detached;
        }

        ChangedKeys.RecordSaved(pending.Saving);
        pending.Saved.AddRange(pending.Saving);
        pending.Saving.Clear();
        if (db.Database.CurrentTransaction is null)
        {
            await CommittedAsync(db);
        }
    }

    private async Task SetTimestampsAsync(DbTransaction transaction, DbContext? db, CancellationToken ct)
    {
        if (Of(db) is { } pending)
        {
            await OutboxTable.SetTimestampsAsync((NpgsqlTransaction)transaction, pending.Saved.Concat(pending.Saving).Where(change => change.Version is null), ct);
        }
    }

    private async Task CommittedAsync(DbContext? db)
    {
        if (Of(db) is not { } pending)
        {
            return;
        }

        // Still saving, yet committed: SaveChanges had a transaction of its own.
        CacheChange[] changes = [.. pending.Saved, .. pending.Saving];
        contexts.Remove(db!);
        if (changes.Length > 0)
        {
            await outbox.CommittedAsync(changes);
        }
    }

    private void Forget(DbContext? db)
    {
        if (db is not null)
        {
            contexts.Remove(db);
        }
    }

    private Pending? Of(DbContext? db) => db is not null && contexts.TryGetValue(db, out var pending) ? pending : null;

    private sealed class Pending
    {
        public List<CacheChange> Saving { get; } = [];

        public List<CacheChange> Saved { get; } = [];
    }
}
