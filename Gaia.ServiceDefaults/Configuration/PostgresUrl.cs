using Npgsql;

namespace Gaia;

/// <summary><c>postgres://[user[:password]@]host[:port][/database][?sslmode=…]</c>, as hosting platforms hand it out.</summary>
internal static class PostgresUrl
{
    public const string Allowed = "postgres://[user:password@]host[:port][/database][?sslmode=disable|allow|prefer|require|verify-ca|verify-full]";

    /// <summary>The parameters of libpq that mean something to Npgsql; others are about libpq itself, and are passed over.</summary>
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
    };

    /// <summary>The connection string for Npgsql; null when the URL is none, or a parameter has no such value.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="database">Used when the URL names no database.</param>
    public static string? ToConnectionString(string text, string database)
    {
        if (ConnectionUrl.Parse(text, "postgres", "postgresql") is not { } url)
        {
            return null;
        }

        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host.Trim('[', ']'),
            Port = url.Port ?? NpgsqlConnection.DefaultPort,
            Username = url.User,
            Password = url.Password,
            Database = url.Path.Length > 0 ? url.Path : database,
        };
        try
        {
            foreach (var (parameter, value) in url.Query.Where(parameter => Keywords.ContainsKey(parameter.Key)))
            {
                // What libpq calls verify-full, Npgsql calls VerifyFull.
                connection[Keywords[parameter]] = value is "verify-ca" or "verify-full" ? value.Replace("-", "", StringComparison.Ordinal) : value;
            }
        }
        catch (ArgumentException)
        {
            return null;
        }

        return connection.ConnectionString;
    }
}
