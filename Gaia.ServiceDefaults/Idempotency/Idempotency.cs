using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

public static class Idempotency
{
    /// <summary>Makes the endpoint happen once for each <c>Idempotency-Key</c>. Its answer is kept in Redis: not for answers with a secret in them.</summary>
    /// <param name="endpoint">With one argument of type <typeparamref name="TRequest"/>.</param>
    /// <param name="applies">Which requests can be repeated; all unless told.</param>
    public static RouteHandlerBuilder WithIdempotency<TRequest>(this RouteHandlerBuilder endpoint, Func<TRequest, bool>? applies = null) =>
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

                filter ??= new(context.HttpContext.RequestServices.GetRequiredService<IdempotencyStore>(), applies);
                return filter.InvokeAsync(context, next);
            };
        }).ReadsIdempotencyKey();

    /// <summary>For the description of a route that looks at the key itself.</summary>
    public static RouteHandlerBuilder ReadsIdempotencyKey(this RouteHandlerBuilder endpoint) =>
        endpoint.ReadsHeader(IdempotencyKey.Header, "Makes the same request happen once, however often it is sent.");
}
