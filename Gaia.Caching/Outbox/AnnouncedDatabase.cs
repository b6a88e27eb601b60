using Gaia.Messaging.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching.Outbox;

/// <summary>Compares a database with the invalidation log by its <see cref="DatabasePosition"/>.</summary>
internal sealed class AnnouncedDatabase<TContext>(IServiceScopeFactory scopes, CachingOptions options) : IStreamedDatabase
    where TContext : DbContext
{
    /// <summary>Postgres keeps less of a time than NATS does.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    public string Stream => options.Stream;

    public async Task<long> CountMissingAsync(INatsJSContext jetStream, StreamInfo stream, DateTimeOffset madeAt, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var position = await scope.ServiceProvider.GetRequiredService<TContext>().Set<DatabasePosition>().AsNoTracking().SingleOrDefaultAsync(ct);
        return position is not null && (position.StreamMadeAt - madeAt).Duration() < Rounding
            ? Math.Max(0, (long)stream.State.LastSeq - position.Sequence)
            : (long)stream.State.Messages;
    }
}
