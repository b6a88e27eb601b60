using Gaia.Messaging.Outbox;
using Npgsql;

namespace Gaia.Events.Outbox;

/// <summary>Gives events their sequence just before their transaction commits, and wakes the dispatcher when it has.</summary>
internal sealed class EventInterceptor(OutboxDispatcher dispatcher) : OutboxInterceptor<EventRow>
{
    protected override Task OnCommittingAsync(NpgsqlTransaction transaction, IReadOnlyList<EventRow> rows, CancellationToken ct) =>
        EventTable.SetSequencesAsync(transaction, rows, ct);

    protected override Task OnCommittedAsync(IReadOnlyList<EventRow> rows)
    {
        dispatcher.Wake();
        return Task.CompletedTask;
    }
}
