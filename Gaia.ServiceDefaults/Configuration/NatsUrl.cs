namespace Gaia;

/// <summary><c>nats://[user:password@]host[:port]</c>, or <c>tls://</c>; several servers of one cluster are separated by commas.</summary>
internal static class NatsUrl
{
    public const string Allowed = "nats://[user:password@]host[:port] or tls://…, several separated by commas";

    private const int DefaultPort = 4222;

    /// <summary>The same servers with their credentials escaped, so that NATS.Net reads them right; null when one of them is none.</summary>
    public static string? Normalize(string text)
    {
        var servers = text.Split(',').Select(server => ConnectionUrl.Parse(server, "nats", "tls")).ToList();
        return servers.Contains(null) ? null : string.Join(',', servers.Select(server => Write(server!)));
    }

    private static string Write(ConnectionUrl url)
    {
        var credentials = (url.User, url.Password) switch
        {
            (null, null) => "",
            ({ } token, null) => $"{Uri.EscapeDataString(token)}@",
            _ => $"{Uri.EscapeDataString(url.User ?? "")}:{Uri.EscapeDataString(url.Password)}@",
        };
        return $"{url.Scheme}://{credentials}{url.Host}:{url.Port ?? DefaultPort}";
    }
}
