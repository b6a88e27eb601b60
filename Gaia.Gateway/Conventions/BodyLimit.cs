using Microsoft.AspNetCore.Http.Metadata;

namespace Gaia.Gateway.Conventions;

/// <summary>The largest body a route takes, in bytes; endpoint metadata that routing hands to the server. A longer one is answered with 413.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata
{
    /// <summary>JSON, pictures inside it included.</summary>
    public static BodyLimit Default { get; } = new(10L << 20);

    /// <summary>A recording and the form around it.</summary>
    public static BodyLimit Audio { get; } = new(26L << 20);

    /// <summary>Refuses by the announced length, before anything is read or a service is bothered.</summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        context.Request.ContentLength is { } length
        && context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize is { } limit && length > limit
            ? TypedResults.Problem($"The body is larger than {limit} bytes", statusCode: StatusCodes.Status413PayloadTooLarge).ExecuteAsync(context)
            : next(context);
}
