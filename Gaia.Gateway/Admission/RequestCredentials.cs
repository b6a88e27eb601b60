using System.Net;

namespace Gaia.Gateway.Admission;

/// <summary>A request as admission sees it.</summary>
/// <param name="Authorization">The header, as sent; null when there is none.</param>
/// <param name="ApiKey">The header <c>X-API-Key</c>, or <c>api-key</c> in its place; null when there is neither.</param>
/// <param name="Address">Where the request comes from.</param>
/// <param name="Rules">The route's.</param>
internal readonly record struct RequestCredentials(string? Authorization, string? ApiKey, IPAddress Address, RouteRules Rules)
{
    public const string ApiKeyHeader = "X-API-Key";

    /// <summary>As clients of Azure OpenAI send it.</summary>
    public const string AzureApiKeyHeader = "api-key";

    private const string BearerScheme = "Bearer ";

    public bool ShowsCredential => Authorization is not null || ApiKey is not null;

    /// <summary>What stands behind "Bearer"; empty for any other scheme.</summary>
    public ReadOnlySpan<char> Bearer => Authorization is not null && Authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase)
        ? Authorization.AsSpan(BearerScheme.Length).Trim()
        : default;

    public static RequestCredentials Of(HttpContext context, IPAddress address) => new(
        One(context.Request.Headers.Authorization),
        One(context.Request.Headers[ApiKeyHeader]) ?? One(context.Request.Headers[AzureApiKeyHeader]),
        address,
        context.GetEndpoint()?.Metadata.GetMetadata<RouteRules>() ?? RouteRules.Default);

    /// <summary>A header that is sent twice means two things to two readers, so it means nothing here.</summary>
    private static string? One(Microsoft.Extensions.Primitives.StringValues values) => values.Count switch
    {
        0 => null,
        1 => values[0] is { Length: > 0 } value ? value : null,
        _ => "",
    };
}
