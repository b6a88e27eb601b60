using System.Globalization;
using StackExchange.Redis;

namespace Gaia;

/// <summary>Every flat variable that a service understands; they win over appsettings and over what Aspire injects.</summary>
internal static class FlatVariables
{
    public const string RedisUrlName = "REDIS_URL";
    public const string RedisPasswordName = "REDIS_PASSWORD";
    public const string NatsUrlName = "NATS_URL";
    public const string DatabaseUrlName = "DATABASE_URL";
    public const string IdentityKeyName = "IDENTITY_KEY";

    public static IReadOnlyList<FlatVariable> All { get; } =
    [
        new(RedisUrlName, RedisUrl.Allowed, false, RedisSettings.OfUrl),
        FlatVariable.Milliseconds(
            "REDIS_SOCKET_TIMEOUT",
            RedisSettings.Key(nameof(ConfigurationOptions.SyncTimeout)),
            RedisSettings.Key(nameof(ConfigurationOptions.AsyncTimeout))),
        FlatVariable.Milliseconds("REDIS_CONNECT_TIMEOUT", RedisSettings.Key(nameof(ConfigurationOptions.ConnectTimeout))),
        FlatVariable.One(
            "REDIS_HEALTH_CHECK_INTERVAL", "whole seconds from 1 to 3600", RedisSettings.Key(nameof(ConfigurationOptions.KeepAlive)), RedisSettings.KeepAlive),
        FlatVariable.One(NatsUrlName, NatsUrl.Allowed, NatsUrl.ConnectionKey, NatsUrl.Normalize),
        FlatVariable.One(
            "NATS_STREAM_REPLICAS", "1, 3 or 5", $"{JetStreamOptions.Section}:{nameof(JetStreamOptions.Replicas)}", text => text is "1" or "3" or "5" ? text : null),

        // Checked for every service, but used by AddDatabase, which knows the service's database.
        new(DatabaseUrlName, PostgresUrl.Allowed, false, text => PostgresUrl.ToConnectionString(text, "") is null ? null : []),

        FlatVariable.Secret(IdentityKeyName, IdentityOptions.ShortestKey, $"{IdentityOptions.Section}:{nameof(IdentityOptions.Key)}"),

        FlatVariable.Seconds("AUTH_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.Jwt)}"),
        FlatVariable.Seconds("API_KEY_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.ApiKey)}"),
        FlatVariable.Seconds("PERSONA_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.Persona)}"),
        FlatVariable.Seconds("PERSONA_LIST_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.PersonaList)}"),
        FlatVariable.Seconds("USER_PREF_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.UserPreference)}"),
        FlatVariable.Seconds("SERVICE_HEALTH_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.ServiceHealth)}"),

        // Chat's; checked for every service all the same.
        FlatVariable.Count("BUDGET_TOKENS", "Budget:TokensPerDay"),
        FlatVariable.One("BUDGET_USD", "US dollars from 0.000001 to 1000000", "Budget:DollarsPerDay", text =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars) && dollars is >= 0.000001m and <= 1_000_000 ? text : null),

        // The gateway's; checked for every service all the same.
        FlatVariable.Count("RATE_LIMIT_ANONYMOUS", "RateLimits:Policies:anonymous:Limit"),
        FlatVariable.Count("RATE_LIMIT_AUTHENTICATED", "RateLimits:Policies:authenticated:Limit"),
        FlatVariable.One("ALLOWED_ORIGINS", "origins, comma separated", "Cors:AllowedOrigins", text => text),
        FlatVariable.One("TRUSTED_PROXIES", "addresses or networks, comma separated", "Proxies:Trusted", text => text),
    ];
}
