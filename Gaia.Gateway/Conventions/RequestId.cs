using System.Buffers;

namespace Gaia.Gateway.Conventions;

/// <summary>The name of one request in answers, logs and services: the caller's own when it is fit to be logged, otherwise one made here.</summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    private const int LongestSane = 128;

    private static readonly SearchValues<char> Sane =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    public static string Of(HttpRequest request) =>
        request.Headers[Header] is [{ Length: > 0 and <= LongestSane } given] && !given.AsSpan().ContainsAnyExcept(Sane) ? given : Guid.CreateVersion7().ToString();
}
