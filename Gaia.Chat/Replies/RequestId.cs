using System.Buffers;

namespace Gaia.Chat.Replies;

/// <summary>Names a request: by the caller's own id when it is a sane one.</summary>
internal static class RequestId
{
    private const string Header = "X-Request-Id";
    private const int Longest = 128;

    private static readonly SearchValues<char> Sane = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.:");

    /// <summary>The id, which the response then has as well.</summary>
    public static string Of(HttpContext context)
    {
        var id = context.Request.Headers[Header] is [{ Length: > 0 and <= Longest } given] && !given.AsSpan().ContainsAnyExcept(Sane)
            ? given
            : Guid.CreateVersion7().ToString();
        context.Response.Headers[Header] = id;
        return id;
    }
}
