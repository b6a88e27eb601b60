using System.Globalization;

namespace Gaia;

/// <summary><c>redis://[[user]:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS.</summary>
/// <param name="Configuration">The connection without its credentials, as StackExchange.Redis writes it: its text form cannot hold every password.</param>
internal sealed record RedisUrl(string Configuration, string? User, string? Password)
{
    public const string Allowed = "redis://[[user]:password@]host[:port][/database], or rediss:// for TLS";

    private const int DefaultPort = 6379;

    public static RedisUrl? Parse(string text)
    {
        if (ConnectionUrl.Parse(text, "redis", "rediss") is not { } url || !TryReadDatabase(url, out var database))
        {
            return null;
        }

        var configuration = $"{url.Host}:{url.Port ?? DefaultPort}";
        configuration += url.Scheme == "rediss" ? ",ssl=true" : "";
        configuration += database is { } number ? string.Create(CultureInfo.InvariantCulture, $",defaultDatabase={number}") : "";
        return new RedisUrl(configuration, url.User, url.Password);
    }

    private static bool TryReadDatabase(ConnectionUrl url, out int? database)
    {
        var text = url.Path.Length > 0 ? url.Path : url.Query.GetValueOrDefault("db", "");
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        database = isNumber ? number : null;
        return isNumber || text.Length == 0;
    }
}
