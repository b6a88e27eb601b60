using Gaia.Messaging.Outbox;
using Npgsql;

namespace Gaia.Caching.Outbox;

/// <summary>Announces changes once they have been committed: a fence for a change that is rolled back would refuse the row as it still is.</summary>
internal sealed class CacheOutboxInterceptor(CacheOutboxDispatcher outbox) : OutboxInterceptor<CacheChange>
{
    protected override void OnSaved(IReadOnlyList<CacheChange> rows) => ChangedKeys.RecordSaved(rows);

    protected override Task OnCommittingAsync(NpgsqlTransaction transaction, IReadOnlyList<CacheChange> rows, CancellationToken ct) =>
        OutboxTable.SetTimestampsAsync(transaction, rows.Where(change => change.Version is null), ct);

    protected override Task OnCommittedAsync(IReadOnlyList<CacheChange> rows) => outbox.CommittedAsync(rows);
}
