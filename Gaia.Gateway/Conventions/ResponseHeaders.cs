using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>What every response carries, error pages included.</summary>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    // Written last, so that neither a service's answer nor an error page replaces them.
    private static readonly Func<object, Task> Write = static state =>
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers[RequestId.Header] = context.TraceIdentifier;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.Remove(HeaderNames.Server);
        return Task.CompletedTask;
    };

    public Task InvokeAsync(HttpContext context)
    {
        context.TraceIdentifier = RequestId.Of(context.Request);
        context.Request.Headers[RequestId.Header] = context.TraceIdentifier;
        context.Response.OnStarting(Write, context);
        return next(context);
    }
}
