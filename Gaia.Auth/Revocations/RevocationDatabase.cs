using Gaia.Messaging.Streams;
using Microsoft.EntityFrameworkCore;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.Serializers.Json;

namespace Gaia.Auth.Revocations;

/// <summary>Compares the database with the stream of revocations: both count them without gaps.</summary>
internal sealed class RevocationDatabase(IServiceScopeFactory scopes) : IStreamedDatabase
{
    private readonly NatsJsonSerializer<Revocation> json = new(EventJson.Options);

    public string Stream => Revocation.Stream;

    public async Task<long> CountMissingAsync(INatsJSContext jetStream, StreamInfo stream, DateTimeOffset madeAt, CancellationToken ct)
    {
        var last = await jetStream.ReadPageAsync(Revocation.Stream, before: null, limit: 1, json, ct);
        if (last.Messages is not [{ Data: { } revocation }])
        {
            // None, or none that can be read.
            return (long)stream.State.Messages;
        }

        await using var scope = scopes.CreateAsyncScope();
        var position = await scope.ServiceProvider.GetRequiredService<AuthDb>().RevocationPositions.Select(p => p.Position).SingleAsync(ct);
        return Math.Max(0, revocation.Position - position);
    }
}
