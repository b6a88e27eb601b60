using Gaia.Gateway.Limits;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>What every response carries, error pages included. Written last, so that neither a service's answer nor an error page replaces it.</summary>
internal sealed class ResponseHeaders(HttpContext context)
{
    private static readonly Func<object, Task> Write = static state =>
    {
        ((ResponseHeaders)state).WriteAll();
        return Task.CompletedTask;
    };

    private Decision? decision;

    /// <summary>Begins a request.</summary>
    public static Task Add(HttpContext context, RequestDelegate next)
    {
        context.TraceIdentifier = RequestId.Of(context.Request);
        context.Request.Headers[RequestId.Header] = context.TraceIdentifier;
        var headers = new ResponseHeaders(context);
        context.Features.Set(headers);
        context.Response.OnStarting(Write, headers);
        return next(context);
    }

    /// <summary>Says under which limit the request was counted, and how much of it is left.</summary>
    public static void Tell(HttpContext context, in Decision decision) => context.Features.Get<ResponseHeaders>()!.decision = decision;

    private void WriteAll()
    {
        var headers = context.Response.Headers;
        headers[RequestId.Header] = context.TraceIdentifier;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.Remove(HeaderNames.Server);
        if (decision is { } counted)
        {
            RateLimitHeaders.Write(context.Response, counted);
        }
    }
}
