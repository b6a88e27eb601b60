using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Gaia.Messaging.Outbox;

/// <summary>
/// Notices when rows of an outbox are about to be committed and when they have been, by <c>SaveChanges</c> alone or with the transaction it was part of, and not
/// a moment earlier.
/// </summary>
public abstract class OutboxInterceptor<TRow> : SaveChangesInterceptor, IDbTransactionInterceptor
    where TRow : class
{
    private readonly ConditionalWeakTable<DbContext, Pending> contexts = new();

    /// <inheritdoc/>
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Begin(eventData.Context!);
        return result;
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => new(SavingChanges(eventData, result));

    /// <inheritdoc/>
    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Complete(eventData.Context!);
        return result;
    }

    /// <inheritdoc/>
    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        new(SavedChanges(eventData, result));

    /// <inheritdoc/>
    public override void SaveChangesFailed(DbContextErrorEventData eventData) => Abandon(eventData.Context!);

    /// <inheritdoc/>
    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Abandon(eventData.Context!);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override void SaveChangesCanceled(DbContextEventData eventData) => Abandon(eventData.Context!);

    /// <inheritdoc/>
    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        Abandon(eventData.Context!);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result) =>
        TransactionCommittingAsync(transaction, eventData, result).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (RowsOf(eventData.Context, eventData.TransactionId) is { Count: > 0 } rows)
        {
            await OnCommittingAsync((NpgsqlTransaction)transaction, rows, cancellationToken);
        }

        return result;
    }

    /// <summary>The synchronous path cannot wait without blocking a thread; the dispatcher works all the same.</summary>
    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => _ = TransactionCommittedAsync(transaction, eventData);

    /// <inheritdoc/>
    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        RowsOf(eventData.Context, eventData.TransactionId) is { Count: > 0 } rows ? OnCommittedAsync(rows) : Task.CompletedTask;

    /// <summary>Rows have been saved, in a transaction that may still be rolled back.</summary>
    protected virtual void OnSaved(IReadOnlyList<TRow> rows) { }

    /// <summary>The transaction of the rows is about to commit.</summary>
    protected abstract Task OnCommittingAsync(NpgsqlTransaction transaction, IReadOnlyList<TRow> rows, CancellationToken ct);

    /// <summary>The rows have been committed.</summary>
    protected abstract Task OnCommittedAsync(IReadOnlyList<TRow> rows);

    private void Begin(DbContext db)
    {
        var rows = db.ChangeTracker.Entries<TRow>().Where(entry => entry.State is EntityState.Added).Select(entry => entry.Entity).ToList();
        if (rows is not [])
        {
            contexts.GetOrCreateValue(db).Saving = rows;

            // A row alone would be saved without one, and there would be no moment before the commit.
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        }
    }

    private void Complete(DbContext db)
    {
        if (!contexts.TryGetValue(db, out var pending) || pending.Saving is [])
        {
            return;
        }

        // The rows are the dispatcher's from here on.
        foreach (var row in pending.Saving)
        {
            db.Entry(row).State = EntityState.Detached;
        }

        OnSaved(pending.Saving);
        pending.Complete(db.Database.CurrentTransaction?.TransactionId);
    }

    private void Abandon(DbContext db)
    {
        if (contexts.TryGetValue(db, out var pending))
        {
            pending.Saving = [];
        }
    }

    private IReadOnlyList<TRow> RowsOf(DbContext? db, Guid transaction) => db is not null && contexts.TryGetValue(db, out var pending) ? pending.Of(transaction) : [];

    private sealed class Pending
    {
        private readonly List<TRow> saved = [];
        private Guid? transaction;

        /// <summary>What <c>SaveChanges</c> is saving now.</summary>
        public List<TRow> Saving { get; set; } = [];

        /// <summary>Nothing says that a transaction which is only disposed of has been rolled back: what was saved in another one than this is forgotten.</summary>
        public void Complete(Guid? current)
        {
            if (transaction != current)
            {
                transaction = current;
                saved.Clear();
            }

            saved.AddRange(current is null ? [] : Saving);
            Saving = [];
        }

        /// <summary>Still saving, yet about to be committed: then <c>SaveChanges</c> has a transaction of its own.</summary>
        public IReadOnlyList<TRow> Of(Guid committing) => [.. transaction == committing ? saved : [], .. Saving];
    }
}
