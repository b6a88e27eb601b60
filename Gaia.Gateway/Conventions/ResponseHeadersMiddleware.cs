using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Conventions;

/// <summary>Begins a request: gives it its id, and sees to it that its response carries <see cref="ResponseHeaders"/>.</summary>
internal sealed class ResponseHeadersMiddleware(RequestDelegate next, IResponseCompressionProvider compression, IOptions<CorsOptions> cors)
{
    /// <summary>With configured origins answers differ by origin, also the one to a request that names none, which a cache may keep (Fetch, 4.10).</summary>
    private readonly bool variesByOrigin = cors.Value.Origins() is { Length: > 0 } origins && !origins.Contains("*");

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request.Headers;
        context.TraceIdentifier = RequestId.Of(context.Request);
        request[RequestId.Header] = context.TraceIdentifier;
        var headers = new ResponseHeaders(context, compression, variesByOrigin, CompressedEntityTags.RemoveSuffixes(request));
        context.Features.Set(headers);
        context.Response.OnStarting(ResponseHeaders.Write, headers);
        return next(context);
    }
}
