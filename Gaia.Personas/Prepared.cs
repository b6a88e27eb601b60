using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gaia.Personas;

/// <summary>An answer in the bytes that go over the wire, made once for all who may see the same; 304 for those who have it.</summary>
/// <typeparam name="T">What the bytes are the JSON of.</typeparam>
public sealed class Prepared<T>(string tag, byte[] body) : IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/json; charset=utf-8";

    // A client may keep it but must ask each time, since nobody tells it of changes; and what is answered depends on who asks.
    private static readonly StringValues MayKeep = "private, no-cache";
    private static readonly StringValues DependsOn = "Authorization, X-API-Key, api-key";

    private readonly StringValues tag = tag;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = MayKeep;
        response.Headers.Vary = DependsOn;
        if (IsKnown(httpContext.Request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified));
    }

    private bool IsKnown(StringValues known) => known.Count switch
    {
        0 => false,
        1 when known[0] == tag[0] => true,
        _ => EntityTagHeaderValue.TryParseList([.. known.OfType<string>()], out var tags)
            && tags.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Tag == tag[0]),
    };
}
