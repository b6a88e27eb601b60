using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>
/// Processes requests with the same <c>Idempotency-Key</c> once: a repeated request gets the first response. Only successful responses are recorded; a request
/// that failed may be tried again. Source: IETF draft "The Idempotency-Key HTTP Header Field".
/// </summary>
/// <typeparam name="TRequest">The request's body.</typeparam>
/// <param name="store">The records.</param>
/// <param name="isTransactional">Whether the handler runs in one transaction with its record; otherwise it runs under a lease.</param>
/// <param name="applies">Which requests can be repeated; all when null.</param>
internal sealed class IdempotencyFilter<TRequest>(IdempotencyStore store, bool isTransactional, Func<TRequest, bool>? applies) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.Arguments.OfType<TRequest>().Single();
        if (IdempotencyKey.Of(context.HttpContext) is not { } key || applies?.Invoke(request) is false)
        {
            return await next(context);
        }

        if (key.Refusal is not null)
        {
            return key.Refusal;
        }

        var hash = IdempotencyKey.Hash(JsonSerializer.Serialize(request));
        return isTransactional ? await RunInTransactionAsync(key.Name, hash, context, next) : await RunUnderLeaseAsync(key, hash, context, next);
    }

    private async Task<object?> RunInTransactionAsync(string name, string hash, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (await store.Cache.FindAsync(name) is { } cached)
        {
            return cached.Repeat(hash);
        }

        var (http, ct) = (context.HttpContext, context.HttpContext.RequestAborted);
        var db = store.DatabaseOf(http.RequestServices);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await IdempotencyStore.TryLockAsync(db, name, ct))
        {
            return IdempotencyKey.InFlight;
        }

        if (await IdempotencyStore.FindAsync(db, name, ct) is { } recorded)
        {
            return recorded.Repeat(hash);
        }

        var response = await CapturedResponse.ExecuteAsync(await next(context), http);
        if (response.IsSuccess)
        {
            var stored = response.ToStored(hash);
            await IdempotencyStore.AddAsync(db, name, stored, ct);
            await transaction.CommitAsync(CancellationToken.None);
            store.Cache.Add(name, stored);
        }

        await response.SendAsync(ct);
        return Results.Empty;
    }

    private async Task<object?> RunUnderLeaseAsync(IdempotencyKey key, string hash, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        await using var lease = await store.ClaimAsync(key, http.RequestAborted);
        if (!lease.IsClaimed)
        {
            return lease.Response is { } before ? before.Repeat(hash) : IdempotencyKey.InFlight;
        }

        http.Features.Set(new IdempotentRequest(lease, hash));
        try
        {
            var response = await CapturedResponse.ExecuteAsync(await next(context), http);
            if (response.IsSuccess)
            {
                await lease.EnsureCompletedAsync(response.ToStored(hash));
            }

            await response.SendAsync(http.RequestAborted);
            return Results.Empty;
        }
        catch (IdempotencyLeaseLostException)
        {
            // Two answers to one key must not both be told.
            http.Response.ContentLength = null;
            return IdempotencyKey.InFlight;
        }
    }
}
