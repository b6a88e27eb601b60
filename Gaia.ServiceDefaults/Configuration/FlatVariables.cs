using StackExchange.Redis;

namespace Gaia;

/// <summary>Every flat variable that a service understands; they win over appsettings and over what Aspire injects.</summary>
internal static class FlatVariables
{
    public const string RedisUrlName = "REDIS_URL";
    public const string RedisPasswordName = "REDIS_PASSWORD";
    public const string NatsUrlName = "NATS_URL";
    public const string NatsPasswordName = "NATS_PASSWORD";
    public const string DatabaseUrlName = "DATABASE_URL";
    public const string PostgresPasswordName = "POSTGRES_PASSWORD";
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

        FlatVariable.Region("GAIA_REGION", $"{RegionOptions.Section}:{nameof(RegionOptions.Name)}"),
        FlatVariable.Region("HOME_REGION", $"{RegionOptions.Section}:{nameof(RegionOptions.Home)}"),
        FlatVariable.Seconds("REGION_STALENESS", $"{RegionOptions.Section}:{nameof(RegionOptions.Staleness)}"),
        FlatVariable.One("REGION_AUTH", "closed, or bounded:, whole seconds and s, such as bounded:5s", $"{RegionOptions.Section}:{nameof(RegionOptions.AuthBound)}", RegionOptions.ReadAuth),

        // Checked for every service, but used by AddDatabase, which knows the service's database.
        new(DatabaseUrlName, PostgresUrl.Allowed, false, text => PostgresUrl.ToConnectionString(text, "") is null ? null : []),

        FlatVariable.Secret(IdentityKeyName, IdentityOptions.ShortestKey, $"{IdentityOptions.Section}:{nameof(IdentityOptions.Key)}"),

        FlatVariable.Seconds("AUTH_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.Jwt)}"),
        FlatVariable.Seconds("API_KEY_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.ApiKey)}"),
        FlatVariable.Seconds("PERSONA_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.Persona)}"),
        FlatVariable.Seconds("PERSONA_LIST_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.PersonaList)}"),
        FlatVariable.Seconds("USER_PREF_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.UserPreference)}"),
        FlatVariable.Seconds("SERVICE_HEALTH_CACHE_TTL", $"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.ServiceHealth)}"),

        FlatVariable.Bytes(CacheMemoryOptions.Variable, $"{CacheMemoryOptions.Section}:{nameof(CacheMemoryOptions.Bytes)}"),
        FlatVariable.Switch("CACHE_ADVICE", $"{AdviceOptions.Section}:{nameof(AdviceOptions.Enabled)}"),
        FlatVariable.Switch("JOURNAL", $"{JournalOptions.Section}:{nameof(JournalOptions.Enabled)}"),
        FlatVariable.Count("JOURNAL_MAXLEN", $"{JournalOptions.Section}:{nameof(JournalOptions.MaxLength)}"),
        FlatVariable.Days("JOURNAL_ARCHIVE", $"{JournalOptions.Section}:{nameof(JournalOptions.Archive)}"),
        FlatVariable.Switch("JOURNAL_TEXT", $"{JournalOptions.Section}:{nameof(JournalOptions.Text)}"),

        // Chat's; checked for every service all the same.
        FlatVariable.Switch("AUDIT", $"{AuditOptions.Section}:{nameof(AuditOptions.Enabled)}"),
        FlatVariable.Switch("CONVERSATION_SUMMARIES", "Summaries:Enabled"),
        FlatVariable.Count("BUDGET_TOKENS", "Budget:TokensPerDay"),
        FlatVariable.Dollars("BUDGET_USD", "Budget:DollarsPerDay"),
        FlatVariable.One("BUDGET_UNPRICED", "refuse or allow", "Budget:AllowsUnpriced", text => text switch { "allow" => "true", "refuse" => "false", _ => null }),

        FlatVariable.Address("ALERT_WEBHOOK_URL", "Alerts:WebhookUrl") with { IsSecret = true },
        FlatVariable.One("ALERT_WEBHOOK_SECRET", "24 to 64 bytes in base64, with or without whsec_ before them", "Alerts:WebhookSecret", WebhookSecret.Normalize) with { IsSecret = true },
        FlatVariable.Address("EVENT_WEBHOOK_URL", "EventWebhook:Url") with { IsSecret = true },
        FlatVariable.One("EVENT_WEBHOOK_SECRET", "24 to 64 bytes in base64, with or without whsec_ before them", "EventWebhook:Secret", WebhookSecret.Normalize) with { IsSecret = true },
        FlatVariable.Text("EVENT_WEBHOOK_TYPES", "EventWebhook:Types"),

        // Asset's, likewise.
        FlatVariable.Text("ASSET_PATH", "Storage:Path"),
        FlatVariable.Bytes("ASSET_MAX_BYTES", "Storage:MaxBytes"),
        FlatVariable.Bytes("ASSET_QUOTA_BYTES", "Storage:QuotaBytes"),
        FlatVariable.Text("S3_BUCKET", "S3:Bucket"),
        FlatVariable.Address("S3_ENDPOINT", "S3:Endpoint"),
        FlatVariable.Text("S3_REGION", "S3:Region"),
        FlatVariable.Secret("S3_ACCESS_KEY", 1, "S3:AccessKey"),
        FlatVariable.Secret("S3_SECRET_KEY", 1, "S3:SecretKey"),
        FlatVariable.Address("PUBLIC_URL", "Generation:PublicUrl"),
        FlatVariable.Text("OPENAI_IMAGE_MODEL", "Generation:Model"),
        FlatVariable.Dollars("OPENAI_IMAGE_PRICE", "Generation:Price"),
        FlatVariable.Address("OPENAI_BASE_URL", "Generation:BaseUrl"),
        FlatVariable.Secret("OPENAI_API_KEY", 1, "Generation:ApiKey"),

        // The gateway's; checked for every service all the same.
        FlatVariable.Count("RATE_LIMIT_ANONYMOUS", "RateLimits:Policies:anonymous:Limit"),
        FlatVariable.Count("RATE_LIMIT_AUTHENTICATED", "RateLimits:Policies:authenticated:Limit"),
        FlatVariable.Dollars("REDIS_PRICE_PER_100K", "RedisPrice:Per100K"),
        FlatVariable.Dollars("REDIS_FIXED_PLAN", "RedisPrice:FixedPlan"),
        MachinePrices.Variable,
        FlatVariable.One("ALLOWED_ORIGINS", "origins, comma separated", "Cors:AllowedOrigins", text => text),
        FlatVariable.One("TRUSTED_PROXIES", "addresses or networks, comma separated", "Proxies:Trusted", text => text),
    ];
}
