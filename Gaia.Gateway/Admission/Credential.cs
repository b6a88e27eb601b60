using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Admission;

/// <summary>What a request proves itself with: <c>X-API-Key</c>, or the bearer value, which is how OpenAI clients send a key.</summary>
internal static class Credential
{
    private const string ApiKeyHeader = "X-API-Key";
    private const string BearerPrefix = "Bearer ";

    /// <summary>The key presented; null when the request presents none.</summary>
    public static string? ApiKeyOf(HttpRequest request) => request.Headers[ApiKeyHeader] is [{ Length: > 0 } key, ..] ? key : BearerOf(request);

    private static string? BearerOf(HttpRequest request) =>
        request.Headers[HeaderNames.Authorization] is [{ } value, ..] && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? value[BearerPrefix.Length..].Trim()
            : null;
}
