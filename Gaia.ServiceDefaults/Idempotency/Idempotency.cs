using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia;

public static class Idempotency
{
    /// <summary>Registers idempotency keys with their records in <typeparamref name="TContext"/>, whose model has <see cref="IdempotencyTable.AddIdempotencyRecords"/>.</summary>
    public static void AddIdempotency<TContext>(this IHostApplicationBuilder builder)
        where TContext : DbContext
    {
        builder.Services.AddSingleton<IdempotencyCache>();
        builder.Services.AddSingleton(services => new IdempotencyStore(
            typeof(TContext), services.GetRequiredService<IServiceScopeFactory>(), services.GetRequiredService<IdempotencyCache>()));
        builder.Services.AddExpiredDataCleanup((services, now, ct) =>
            services.GetRequiredService<TContext>().Database.ExecuteSqlAsync($"DELETE FROM idempotency_records WHERE expires_at < {now}", ct));
    }

    /// <summary>
    /// Processes requests with the same <c>Idempotency-Key</c> once. The handler's work and the record of its response commit in one transaction of the service's
    /// database context. Not for responses with a secret.
    /// </summary>
    /// <param name="endpoint">An endpoint with one argument of type <typeparamref name="TRequest"/>.</param>
    public static RouteHandlerBuilder WithIdempotency<TRequest>(this RouteHandlerBuilder endpoint) => endpoint.WithFilter<TRequest>(isTransactional: true, applies: null);

    /// <summary>
    /// Processes requests with the same <c>Idempotency-Key</c> once, under a lease instead of a transaction: for handlers that call a model. They may record their
    /// response in a transaction of their own with <see cref="IdempotentRequest"/>.
    /// </summary>
    /// <param name="endpoint">An endpoint with one argument of type <typeparamref name="TRequest"/>.</param>
    /// <param name="applies">Which requests can be repeated; all when null.</param>
    public static RouteHandlerBuilder WithIdempotencyLease<TRequest>(this RouteHandlerBuilder endpoint, Func<TRequest, bool>? applies = null) =>
        endpoint.WithFilter(isTransactional: false, applies);

    /// <summary>Describes the header of a route that handles it itself.</summary>
    public static RouteHandlerBuilder ReadsIdempotencyKey(this RouteHandlerBuilder endpoint) =>
        endpoint.ReadsHeader(IdempotencyKey.Header, "Makes the same request happen once, however often it is sent.")
            .FailsWith(StatusCodes.Status409Conflict, "A request with this `Idempotency-Key` is being processed.")
            .FailsWith(StatusCodes.Status422UnprocessableEntity, "The `Idempotency-Key` was used for another request.");

    private static RouteHandlerBuilder WithFilter<TRequest>(this RouteHandlerBuilder endpoint, bool isTransactional, Func<TRequest, bool>? applies) =>
        endpoint.AddEndpointFilterFactory((_, next) =>
        {
            IdempotencyFilter<TRequest>? filter = null;
            return context =>
            {
                // Filters run even for a request whose body could not be bound: the status is set already, and the argument is missing.
                if (context.HttpContext.Response.StatusCode == StatusCodes.Status400BadRequest)
                {
                    return next(context);
                }

                filter ??= new(context.HttpContext.RequestServices.GetRequiredService<IdempotencyStore>(), isTransactional, applies);
                return filter.InvokeAsync(context, next);
            };
        }).ReadsIdempotencyKey();
}
