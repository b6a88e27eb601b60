using Microsoft.AspNetCore.WebUtilities;

namespace Gaia;

/// <summary>A parsed <c>scheme://[user[:password]@]host[:port][/path][?query]</c>; user and password are percent-decoded.</summary>
/// <remarks>
/// Not <see cref="Uri"/> alone: people paste generated passwords as they are, and an unescaped <c>/</c>, <c>#</c> or <c>@</c> there would
/// be taken for the end of the password.
/// </remarks>
internal sealed record ConnectionUrl(string Scheme, string? User, string? Password, string Host, int? Port, string Path, IReadOnlyDictionary<string, string> Query)
{
    public static ConnectionUrl? Parse(string text, params ReadOnlySpan<string> schemes)
    {
        if (text.Trim().Split("://", 2) is not [var scheme, var rest] || !schemes.Contains(scheme.ToLowerInvariant()))
        {
            return null;
        }

        // By the book, the first of these characters ends the authority; if that makes no sense, they belong to the password.
        var authority = rest.Split('/', '?', '#')[0];
        return Split(scheme, rest, authority.LastIndexOf('@')) ?? Split(scheme, rest, rest.LastIndexOf('@'));
    }

    private static ConnectionUrl? Split(string scheme, string rest, int at)
    {
        var credentials = at < 0 ? [] : rest[..at].Split(':', 2);
        if (!Uri.TryCreate($"tcp://{rest[(at + 1)..]}", UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Port == 0 || uri.UserInfo.Length > 0)
        {
            return null;
        }

        return new ConnectionUrl(
            scheme.ToLowerInvariant(),
            Decoded(credentials.ElementAtOrDefault(0)),
            Decoded(credentials.ElementAtOrDefault(1)),
            uri.Host,
            uri.IsDefaultPort ? null : uri.Port,
            Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            QueryHelpers.ParseQuery(uri.Query).ToDictionary(part => part.Key, part => part.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private static string? Decoded(string? text) => string.IsNullOrEmpty(text) ? null : Uri.UnescapeDataString(text);
}
