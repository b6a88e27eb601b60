using Gaia.Gateway.Services;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gaia.Gateway.Events;

/// <summary>Refuses requests while the journal is off, and answers what it means when a service or Redis is unavailable.</summary>
internal sealed class JournalRequired(IOptions<JournalOptions> journal) : IEndpointFilter
{
    public const string Off = "The journal is off: set JOURNAL=on.";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!journal.Value.Enabled)
        {
            return TypedResults.Problem(Off, statusCode: StatusCodes.Status409Conflict);
        }

        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return ServiceUnavailable.Problem(context.HttpContext, Resources.Redis);
        }
        catch (HttpRequestException)
        {
            return ServiceUnavailable.Problem(context.HttpContext, "of the journal");
        }
    }
}
