using System.Text.Json;
using Gaia.Caching.Outbox;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Gaia;

/// <summary>The request of a handler that runs under an idempotency lease, for handlers that record their response in the transaction of their work.</summary>
public sealed class IdempotentRequest
{
    private readonly IdempotencyLease lease;
    private readonly string hash;

    internal IdempotentRequest(IdempotencyLease lease, string hash) => (this.lease, this.hash) = (lease, hash);

    /// <summary>
    /// Returns what records a response of status 200 in the transaction of a context; it does nothing when the request has no key. It throws
    /// <see cref="IdempotencyLeaseLostException"/> when another request has the key by now: the work must be rolled back.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="json">How the response is serialized.</param>
    public static Func<DbContext, object, Task> RecorderOf(HttpContext http, JsonSerializerOptions json)
    {
        if (http.Features.Get<IdempotentRequest>() is not { } request)
        {
            return (_, _) => Task.CompletedTask;
        }

        return async (db, body) =>
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), json);
            var response = new StoredResponse(
                request.hash, StatusCodes.Status200OK, "application/json; charset=utf-8", null, null, bytes, ChangedKeys.OfCurrentRequest);
            if (!await request.lease.CompleteAsync(db, response))
            {
                throw new IdempotencyLeaseLostException();
            }
        };
    }
}
