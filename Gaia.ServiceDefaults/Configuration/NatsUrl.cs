using Microsoft.Extensions.Configuration;

namespace Gaia;

/// <summary><c>nats://[user:password@]host[:port]</c>, or <c>tls://</c>; several servers of one cluster are separated by commas.</summary>
internal static class NatsUrl
{
    public const string Allowed = "nats://[user:password@]host[:port] or tls://…, several separated by commas";

    public const string ConnectionKey = $"ConnectionStrings:{Resources.Nats}";

    private const int DefaultPort = 4222;

    /// <summary>The user, password and address that Aspire injects for the NATS it runs itself.</summary>
    private const string InjectedUriName = "NATS_URI";

    /// <summary>The same servers with their credentials escaped, so that NATS.Net reads them right; null when one of them is none.</summary>
    public static string? Normalize(string text) => Parse(text) is { } servers ? string.Join(',', servers.Select(Write)) : null;

    /// <summary>
    /// The servers of <c>NATS_URL</c> with <c>NATS_PASSWORD</c> where they have a user only; null when there is nothing to fill in. Aspire injects the password
    /// of the NATS it runs under the same name, which is nothing to send to another server.
    /// </summary>
    public static string? WithMissingPassword(IConfiguration configuration)
    {
        if (configuration[EnvironmentVariables.NatsPasswordName] is not { Length: > 0 } password
            || configuration[EnvironmentVariables.NatsUrlName] is not { Length: > 0 } text
            || Parse(text) is not { } servers
            || !servers.Exists(IsIncomplete)
            || (configuration[InjectedUriName] is { } uri && Parse(uri)?.TrueForAll(injected => injected.Password == password) is true))
        {
            return null;
        }

        return string.Join(',', servers.Select(server => Write(IsIncomplete(server) ? server with { Password = password } : server)));

        static bool IsIncomplete(ConnectionUrl server) => server is { User: not null, Password: null };
    }

    private static List<ConnectionUrl>? Parse(string text)
    {
        var servers = text.Split(',').Select(server => ConnectionUrl.Parse(server, "nats", "tls")).ToList();
        return servers.Contains(null) ? null : servers.ConvertAll(server => server!);
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
