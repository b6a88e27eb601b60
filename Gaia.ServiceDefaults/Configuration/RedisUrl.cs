using System.Globalization;
using System.Text.RegularExpressions;

namespace Gaia;

/// <summary>
/// <c>redis://[[user]:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS. Several servers of one cluster, or a primary and its replicas, are
/// separated by commas, the others with or without the scheme.
/// </summary>
/// <param name="Configuration">The connection without its credentials, as StackExchange.Redis writes it: its text form cannot hold every password.</param>
internal sealed partial record RedisUrl(string Configuration, string? User, string? Password)
{
    public const string Allowed = "redis://[[user]:password@]host[:port][/database], or rediss:// for TLS, several servers separated by commas";

    private const int DefaultPort = 6379;

    public static RedisUrl? Parse(string text)
    {
        string[] parts = Separator().Split(text.Trim());
        var scheme = parts[0].Split("://")[0];
        var servers = parts.Select(part => ConnectionUrl.Parse(part.Contains("://", StringComparison.Ordinal) ? part : $"{scheme}://{part}", "redis", "rediss")).OfType<ConnectionUrl>().ToList();
        var databases = servers.Select(Database).Where(database => database.Length > 0).Distinct().ToList();

        // One connection speaks to all of them.
        if (servers.Count < parts.Length
            || servers.DistinctBy(server => server.Scheme).Count() > 1
            || CredentialsOf(servers) is not [var credentials]
            || !databases.TrueForAll(database => int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            || databases.Count > 1)
        {
            return null;
        }

        var configuration = string.Join(',', servers.Select(server => $"{server.Host}:{server.Port ?? DefaultPort}"));
        configuration += servers[0].Scheme == "rediss" ? ",ssl=true" : "";
        configuration += databases is [var number] ? $",defaultDatabase={number}" : "";
        return new RedisUrl(configuration, credentials.User, credentials.Password);
    }

    private static List<(string? User, string? Password)> CredentialsOf(IEnumerable<ConnectionUrl> servers)
    {
        var all = servers.Select(server => (server.User, server.Password)).Distinct().ToList();
        return all.Count > 1 ? [.. all.Where(credentials => credentials != (null, null))] : all;
    }

    private static string Database(ConnectionUrl url) => url.Path.Length > 0 ? url.Path : url.Query.GetValueOrDefault("db", "");

    /// <summary>A comma that is not part of a password: what follows, up to the next scheme, has no @ that would make it one.</summary>
    [GeneratedRegex(",(?=rediss?://|((?!,rediss?://)[^@])*($|,rediss?://))", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Separator();
}
