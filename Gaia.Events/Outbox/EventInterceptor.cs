using System.Data.Common;
using System.Runtime.CompilerServices;
using Gaia.Messaging.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Gaia.Events.Outbox;

/// <summary>Gives events their sequence just before their transaction commits, and wakes the dispatcher when it has.</summary>
internal sealed class EventInterceptor(OutboxDispatcher dispatcher) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    private readonly ConditionalWeakTable<DbContext, Pending> contexts = new();

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Begin(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Begin(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Saved(eventData.Context!);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Saved(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData) => Of(eventData.Context)?.Saving.Clear();

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(eventData.Context)?.Saving.Clear();
        return Task.CompletedTask;
    }

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        CommittingAsync(transaction, eventData.Context, CancellationToken.None).GetAwaiter().GetResult();
        return result;
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await CommittingAsync(transaction, eventData.Context, cancellationToken);
        return result;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Committed(eventData.Context);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Committed(eventData.Context);
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Forget(eventData.Context);

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context);
        return Task.CompletedTask;
    }

    private void Begin(DbContext db)
    {
        var rows = db.ChangeTracker.Entries<EventRow>().Where(entry => entry.State is EntityState.Added).Select(entry => entry.Entity).ToList();
        if (rows is not [])
        {
            var pending = contexts.GetOrCreateValue(db);
            pending.Saving.Clear();
            pending.Saving.AddRange(rows);

            // An event alone would be saved without one, and there would be no moment before the commit.
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        }
    }

    private void Saved(DbContext db)
    {
        if (Of(db) is not { } pending)
        {
            return;
        }

        foreach (var row in pending.Saving)
        {
            db.Entry(row).State = EntityState.Detached;
        }

        // Without a transaction of the caller's they are committed by now.
        if (db.Database.CurrentTransaction is not null)
        {
            pending.Saved.AddRange(pending.Saving);
        }

        pending.Saving.Clear();
    }

    /// <summary>What has been rolled back without a word is not there to be given a sequence.</summary>
    private async Task CommittingAsync(DbTransaction transaction, DbContext? db, CancellationToken ct)
    {
        if (Of(db) is { All: { Count: > 0 } rows })
        {
            await EventTable.SetSequencesAsync((NpgsqlTransaction)transaction, rows, ct);
        }
    }

    private void Committed(DbContext? db)
    {
        if (Of(db) is { } pending)
        {
            pending.Saved.Clear();
            dispatcher.Wake();
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
        public List<EventRow> Saving { get; } = [];

        public List<EventRow> Saved { get; } = [];

        public IReadOnlyList<EventRow> All => [.. Saved, .. Saving];
    }
}
