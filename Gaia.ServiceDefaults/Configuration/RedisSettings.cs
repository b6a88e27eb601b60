using System.Globalization;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Gaia;

/// <summary>
/// What environment variables say about Redis, as configuration that Aspire's Redis integration binds. Credentials and timeouts go to its
/// <c>ConfigurationOptions</c> section instead of the connection string, which has no way to quote a comma.
/// </summary>
internal static class RedisSettings
{
    public const string ConnectionKey = $"ConnectionStrings:{Resources.Redis}";

    /// <summary>The password and address that Aspire injects for the Redis it runs itself.</summary>
    private const string InjectedUriName = "REDIS_URI";

    public static string Key(string option) => $"Aspire:StackExchange:Redis:{Resources.Redis}:{nameof(ConfigurationOptions)}:{option}";

    public static IEnumerable<KeyValuePair<string, string?>>? OfUrl(string text)
    {
        if (RedisUrl.Parse(text) is not { } url)
        {
            return null;
        }

        return new Dictionary<string, string?>
        {
            [ConnectionKey] = url.Configuration,
            [Key(nameof(ConfigurationOptions.User))] = url.User,
            [Key(nameof(ConfigurationOptions.Password))] = url.Password,
        };
    }

    public static string? KeepAlive(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3_600
            ? seconds.ToString(CultureInfo.InvariantCulture)
            : null;

    /// <summary>
    /// The password to use where the connection has none of its own. <c>REDIS_PASSWORD</c> is both Gaia's variable and what Aspire injects
    /// for the Redis it runs; the latter is nothing to send to another server.
    /// </summary>
    public static string? MissingPassword(IConfiguration configuration)
    {
        if (configuration[EnvironmentVariables.RedisPasswordName] is not { Length: > 0 } password)
        {
            return null;
        }

        if (configuration[EnvironmentVariables.RedisUrlName] is { Length: > 0 } url)
        {
            return RedisUrl.Parse(url) is { Password: null } chosen && !BelongsElsewhere(password, chosen, configuration) ? password : null;
        }

        return configuration[ConnectionKey] is { } connection && Parse(connection) is { } options && string.IsNullOrEmpty(options.Password) ? password : null;
    }

    public static bool IsReadable(string connection) => Parse(connection) is not null;

    private static ConfigurationOptions? Parse(string connection)
    {
        try
        {
            return ConfigurationOptions.Parse(connection);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool BelongsElsewhere(string password, RedisUrl chosen, IConfiguration configuration) =>
        configuration[InjectedUriName] is { } uri
        && RedisUrl.Parse(uri) is { } injected
        && injected.Password == password
        && injected.Configuration != chosen.Configuration;
}
