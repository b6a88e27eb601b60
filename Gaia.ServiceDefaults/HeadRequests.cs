using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>Lets every GET endpoint answer HEAD with the same headers (RFC 9110, 9.3.2). The server leaves the body out.</summary>
internal static class HeadRequests
{
    /// <summary>Adds routing that finds the endpoint of a HEAD request as if it were a GET; the endpoint itself sees the HEAD.</summary>
    public static void UseRoutingWithHead(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Features.Set(HeadRequest.Instance);
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            if (context.Features.Get<HeadRequest>() is not null)
            {
                context.Request.Method = HttpMethods.Head;
            }

            return next(context);
        });
    }

    /// <summary>Marks a request that came as a HEAD.</summary>
    private sealed class HeadRequest
    {
        public static HeadRequest Instance { get; } = new();
    }
}
