using Gaia.Gateway.Limits;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>The headers that every response carries, error pages included. Written last, so that neither a service's answer nor an error page replaces them.</summary>
internal sealed class ResponseHeaders(HttpContext context, IResponseCompressionProvider compression, bool variesByOrigin, StringValues knownTags)
{
    /// <summary>The callback that writes them, with the instance as its state.</summary>
    public static readonly Func<object, Task> Write = static state =>
    {
        ((ResponseHeaders)state).WriteAll();
        return Task.CompletedTask;
    };

    private Decision? decision;

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

        if (variesByOrigin)
        {
            AddVary(headers, HeaderNames.Origin);
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            DescribeCompression(headers);
        }

        CompressedEntityTags.AddSuffix(context.Response, knownTags);
    }

    /// <summary>Compression looks at the first byte of a body, which the answer to a HEAD does not have.</summary>
    private void DescribeCompression(IHeaderDictionary headers)
    {
        if (headers.ContentEncoding.Count == 0
            && compression.CheckRequestAcceptsCompression(context) && compression.ShouldCompressResponse(context)
            && compression.GetCompressionProvider(context) is { } provider)
        {
            AddVary(headers, HeaderNames.AcceptEncoding);
            headers.ContentEncoding = provider.EncodingName;
            headers.ContentLength = null;
        }
    }

    private static void AddVary(IHeaderDictionary headers, string name)
    {
        if (!headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            headers.Append(HeaderNames.Vary, name);
        }
    }
}
