using StackExchange.Redis;
using static Gaia.Resources;
using static Gaia.VariableValue;

namespace Gaia;

/// <summary>
/// Every environment variable of Gaia, in the order of the reference (docs/configuration.md). What has a value here wins over appsettings and over what Aspire
/// injects, and is checked by every service; the others are read where they are used.
/// </summary>
public static class EnvironmentVariables
{
    internal const string RedisUrlName = "REDIS_URL";
    internal const string RedisPasswordName = "REDIS_PASSWORD";
    internal const string NatsUrlName = "NATS_URL";
    internal const string NatsPasswordName = "NATS_PASSWORD";
    internal const string DatabaseUrlName = "DATABASE_URL";
    internal const string PostgresPasswordName = "POSTGRES_PASSWORD";
    internal const string IdentityKeyName = "IDENTITY_KEY";

    public static IReadOnlyList<EnvironmentVariable> All { get; } =
    [
        new("GATEWAY_PORT", "the gateway's port on this machine") { Default = "8666", Services = ["AppHost"], IsAppHosts = true },
        new("GAIA_REPLICAS", "how many of every service run behind its address") { Default = "1", Services = ["AppHost"], IsAppHosts = true },
        new("GAIA_SERVERS", "`programs` or `containers`: how Redis, PostgreSQL and NATS run here; empty: as containers when a container engine answers") { Services = ["AppHost"], IsAppHosts = true },
        new("GAIA_LINK_FAULTS", "on: services reach Redis, PostgreSQL and NATS through links that the console's fault page can cut and slow, which costs some speed")
        {
            Default = "off",
            Services = ["AppHost"],
            IsAppHosts = true,
        },
        new("GAIA_REGIONS", "regions to run on this machine, the first is home, such as `home,fra` (docs/regions.md); needs `GAIA_SERVERS=programs`") { Services = ["AppHost"], IsAppHosts = true },
        new("DASHBOARD_PORT", "the Aspire dashboard's port on this machine; unset, a free port is taken when 18888 is not free") { Default = "18888", Services = ["AppHost"], IsAppHosts = true },
        new("ASPNETCORE_URLS", "where the Aspire dashboard listens, in place of `DASHBOARD_PORT`") { Services = ["AppHost"], IsAppHosts = true },
        new("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "lets the Aspire dashboard, on loopback, do without a certificate") { Default = "true", Services = ["AppHost"], IsAppHosts = true },
        new("GAIA_DEV_API_KEY", "the API key that a developer's machine accepts") { Default = "made up once", Services = [Auth, Gateway], IsSecret = true, IsAppHosts = true },

        new(RedisUrlName, "`redis://[user:password@]host[:port][/database]`, `rediss://` for TLS, several with commas")
        {
            Value = new(RedisUrl.Allowed, RedisSettings.OfUrl) { IsShown = true },
            Default = "the graph's own",
            IsSecret = true,
        },
        new(RedisPasswordName, "fills in where the Redis connection has no password") { IsSecret = true, IsAppHosts = true },
        new(DatabaseUrlName, "`postgres://user:password@host[:port][/database][?sslmode=…]`")
        {
            Value = new(PostgresUrl.Allowed, text => PostgresUrl.ToConnectionString(text, "") is null ? null : []) { IsShown = true },
            Default = "the graph's own",
            Services = [Auth, Chat, Asset],
            IsSecret = true,
        },
        new(PostgresPasswordName, "fills in where `DATABASE_URL` has no password") { Services = [Auth, Chat, Asset], IsSecret = true, IsAppHosts = true },
        new(NatsUrlName, "`nats://[user:password@]host[:port]`, `tls://`, several with commas")
        {
            Value = One(NatsUrl.Allowed, NatsUrl.ConnectionKey, NatsUrl.Normalize) with { IsShown = true },
            Default = "the graph's own",
            IsSecret = true,
        },
        new(NatsPasswordName, "fills in where `NATS_URL` has a user without a password") { IsSecret = true, IsAppHosts = true },
        new("NATS_STREAM_REPLICAS", "how many servers of a NATS cluster hold each stream: 1, 3 or 5")
        {
            Value = One("1, 3 or 5", $"{JetStreamOptions.Section}:{nameof(JetStreamOptions.Replicas)}", text => text is "1" or "3" or "5" ? text : null),
        },
        new("GAIA_REGION", "the region of this process, where there are several (docs/regions.md)") { Value = Region($"{RegionOptions.Section}:{nameof(RegionOptions.Name)}"), Default = "FLY_REGION on Fly.io" },
        new("HOME_REGION", "the region with Postgres and all services, which gateways of other regions follow") { Value = Region($"{RegionOptions.Section}:{nameof(RegionOptions.Home)}") },
        new("REGION_STALENESS", "seconds that an answer of another region may be old, at worst") { Value = Seconds($"{RegionOptions.Section}:{nameof(RegionOptions.Staleness)}"), Services = [Gateway] },
        new("REGION_AUTH", "`closed`, or `bounded:5s`: callers that another region knows are admitted for so long while it cannot reach home, with the scope `chat` at most")
        {
            Value = One("closed, or bounded:, whole seconds and s, such as bounded:5s", $"{RegionOptions.Section}:{nameof(RegionOptions.AuthBound)}", RegionOptions.ReadAuth),
            Services = [Gateway],
        },
        new(IdentityKeyName, "signs what the gateway says about a caller, at least 32 characters, the same for every service")
        {
            Value = Secret(IdentityOptions.ShortestKey, $"{IdentityOptions.Section}:{nameof(IdentityOptions.Key)}"),
            Default = "made up once",
            IsSecret = true,
            IsAppHosts = true,
        },

        new("AUTH_CACHE_TTL", "seconds a resolved access token is cached, never past its expiry") { Value = Seconds($"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.Jwt)}") },
        new("API_KEY_CACHE_TTL", "seconds a resolved API key is cached, never past its expiry") { Value = Seconds($"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.ApiKey)}") },
        new("PERSONA_CACHE_TTL", "seconds a persona is cached") { Value = Seconds($"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.Persona)}") },
        new("PERSONA_LIST_CACHE_TTL", "seconds a list of personas is cached") { Value = Seconds($"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.PersonaList)}") },
        new("USER_PREF_CACHE_TTL", "seconds a user's chosen persona is cached") { Value = Seconds($"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.UserPreference)}") },
        new("SERVICE_HEALTH_CACHE_TTL", "seconds the last probe of a service stays in Redis; `/health` repeats one that is older than a second")
        {
            Value = Seconds($"{CacheTtlOptions.Section}:{nameof(CacheTtlOptions.ServiceHealth)}"),
        },
        new("REDIS_SOCKET_TIMEOUT", "seconds to wait for an answer of Redis")
        {
            Value = Milliseconds(RedisSettings.Key(nameof(ConfigurationOptions.SyncTimeout)), RedisSettings.Key(nameof(ConfigurationOptions.AsyncTimeout))),
            Default = "5",
        },
        new("REDIS_CONNECT_TIMEOUT", "seconds to wait for a connection to Redis") { Value = Milliseconds(RedisSettings.Key(nameof(ConfigurationOptions.ConnectTimeout))), Default = "5" },
        new("REDIS_HEALTH_CHECK_INTERVAL", "seconds between keep-alives of an idle connection")
        {
            Value = One("whole seconds from 1 to 3600", RedisSettings.Key(nameof(ConfigurationOptions.KeepAlive)), RedisSettings.KeepAlive),
            Default = "150",
        },
        new("CACHE_KEY_PREFIX", "goes before every key, so that environments can share one Redis"),
        new(CacheMemoryOptions.Variable, "bytes of cached values that one node keeps in memory") { Value = Bytes($"{CacheMemoryOptions.Section}:{nameof(CacheMemoryOptions.Bytes)}") },
        new("CACHE_ADVICE", "off: no reads are sampled to predict what other cache settings would bring") { Value = Switch($"{AdviceOptions.Section}:{nameof(AdviceOptions.Enabled)}") },
        new("AUDIT", "off: what caches hold is not compared with the database all the time") { Value = Switch($"{AuditOptions.Section}:{nameof(AuditOptions.Enabled)}"), Services = [Chat] },

        new("JOURNAL", "on: services record events, such as changes of personas, and append them to streams in Redis (docs/events.md)")
        {
            Value = Switch($"{JournalOptions.Section}:{nameof(JournalOptions.Enabled)}"),
        },
        new("JOURNAL_MAXLEN", "about how many events each stream holds in Redis") { Value = Count($"{JournalOptions.Section}:{nameof(JournalOptions.MaxLength)}") },
        new("JOURNAL_ARCHIVE", "how long the databases keep events, in days") { Value = Days($"{JournalOptions.Section}:{nameof(JournalOptions.Archive)}"), Services = [Auth, Chat, Asset] },
        new("JOURNAL_TEXT", "on: events of answers have their text") { Value = Switch($"{JournalOptions.Section}:{nameof(JournalOptions.Text)}"), Services = [Chat] },

        new("RATE_LIMIT_ANONYMOUS", "requests per minute and address of callers without a credential") { Value = Count("RateLimits:Policies:anonymous:Limit"), Services = [Gateway] },
        new("RATE_LIMIT_AUTHENTICATED", "requests per minute and user, whatever number of API keys") { Value = Count("RateLimits:Policies:authenticated:Limit"), Services = [Gateway, Auth] },
        new("REDIS_PRICE_PER_100K", "US dollars that 100,000 commands of Redis cost, for `/api/v1/admin/cache/cost` and `/api/v1/admin/cost`")
        {
            Value = Dollars("RedisPrice:Per100K"),
            Services = [Gateway, Chat],
        },
        new("REDIS_FIXED_PLAN", "US dollars a month of a fixed plan that would do: an alert says when Redis by command costs more") { Value = Dollars("RedisPrice:FixedPlan"), Services = [Chat] },
        new("MACHINE_PRICES", "US dollars of a process that runs for 30 days, by service, such as `gateway=2.02,chat=5.92`") { Value = MachinePrices.Value, Services = [Chat] },
        new("ALLOWED_ORIGINS", "origins that browsers may call from, comma separated; `*` for all") { Value = One("origins, comma separated", "Cors:AllowedOrigins", text => text), Services = [Gateway] },
        new("TRUSTED_PROXIES", "addresses and networks of proxies whose forwarded address is believed, comma separated")
        {
            Value = One("addresses or networks, comma separated", "Proxies:Trusted", text => text),
            Services = [Gateway],
        },

        new("ADMIN_EMAIL", "the first administrator") { Default = "made up on a developer's machine", Services = [Auth], IsSecret = true },
        new("ADMIN_PASSWORD", "the first administrator's password; changing it later changes nothing") { Default = "made up on a developer's machine", Services = [Auth], IsSecret = true },
        new("PUBLIC_URL", "where clients reach the gateway: the issuer of access tokens, and what links to generated pictures begin with")
        {
            Value = Address("Generation:PublicUrl"),
            Default = "http://localhost:8666",
            Services = [Auth, Asset],
        },
        new("SUPABASE_JWT_SECRET", "trusts HS256 tokens of this secret, audience `authenticated`") { Services = [Auth], IsSecret = true },

        new("OPENAI_API_KEY", "the key of an OpenAI-compatible provider") { Value = Secret(1, "Generation:ApiKey"), Services = [Chat, Asset], IsSecret = true },
        new("OPENAI_BASE_URL", "where that provider is") { Value = Address("Generation:BaseUrl"), Default = "OpenAI's", Services = [Chat, Asset] },
        new("OPENAI_MODELS", "its models, comma separated, the default one first") { Default = "gpt-4o-mini, or those that OPENAI_BASE_URL lists", Services = [Chat] },
        new("OPENAI_IMAGE_MODEL", "makes images with that provider") { Value = Text("Generation:Model"), Default = "built-in pictures", Services = [Asset] },
        new("OPENAI_IMAGE_PRICE", "US dollars that a picture of that model costs") { Value = Dollars("Generation:Price"), Services = [Asset] },
        new("ANTHROPIC_API_KEY", "Anthropic's key") { Services = [Chat], IsSecret = true },
        new("ANTHROPIC_BASE_URL", "another address for Anthropic's API") { Default = "Anthropic's", Services = [Chat] },
        new("ANTHROPIC_MODELS", "Anthropic's models, comma separated, the default one first") { Default = "claude-sonnet-4-5", Services = [Chat] },
        new("OLLAMA_URL", "Ollama") { Default = "found on its default port", Services = [Chat] },
        new("CONVERSATION_SUMMARIES", "off: the old turns of a long conversation are left out instead of summarized, which the cheapest model does") { Value = Switch("Summaries:Enabled"), Services = [Chat] },
        new("BUDGET_TOKENS", "tokens that one user's answers and pictures may use up in a day, in UTC") { Value = Count("Budget:TokensPerDay"), Services = [Chat] },
        new("BUDGET_USD", "US dollars that one user's answers and pictures may cost in a day, in UTC") { Value = Dollars("Budget:DollarsPerDay"), Services = [Chat] },
        new("BUDGET_UNPRICED", "allow: models without a price can be used under BUDGET_USD, and count as free")
        {
            Value = One("refuse or allow", "Budget:AllowsUnpriced", text => text switch { "allow" => "true", "refuse" => "false", _ => null }),
            Services = [Chat],
        },
        new("MODEL_PRICES", "a file of prices in place of the one that Gaia ships") { Default = "prices.json", Services = [Chat] },

        new("ALERT_WEBHOOK_URL", "receives alerts as Standard Webhooks") { Value = Address("Alerts:WebhookUrl"), Services = [Chat], IsSecret = true },
        new("ALERT_WEBHOOK_SECRET", "signs what ALERT_WEBHOOK_URL gets: 24 to 64 bytes in base64, with or without whsec_ before them")
        {
            Value = One("24 to 64 bytes in base64, with or without whsec_ before them", "Alerts:WebhookSecret", WebhookSecret.Normalize),
            Services = [Chat],
            IsSecret = true,
        },
        new("EVENT_WEBHOOK_URL", "receives the journal's events as Standard Webhooks") { Value = Address("EventWebhook:Url"), Services = [Chat], IsSecret = true },
        new("EVENT_WEBHOOK_SECRET", "signs what EVENT_WEBHOOK_URL gets: 24 to 64 bytes in base64, with or without whsec_ before them")
        {
            Value = One("24 to 64 bytes in base64, with or without whsec_ before them", "EventWebhook:Secret", WebhookSecret.Normalize),
            Services = [Chat],
            IsSecret = true,
        },
        new("EVENT_WEBHOOK_TYPES", "the events that EVENT_WEBHOOK_URL gets: a type such as `persona.updated`, or its beginning and `*`") { Value = Text("EventWebhook:Types"), Services = [Chat] },

        new("ASSET_PATH", "where files are received and, unless a bucket is named, stored") { Value = Text("Storage:Path"), Default = "a folder per user", Services = [Asset] },
        new("ASSET_MAX_BYTES", "the largest file") { Value = Bytes("Storage:MaxBytes"), Services = [Asset, Gateway] },
        new("ASSET_QUOTA_BYTES", "what the files of one user may add up to") { Value = Bytes("Storage:QuotaBytes"), Services = [Asset] },
        new("S3_BUCKET", "stores files in this bucket of any S3-compatible store; it must exist") { Value = Text("S3:Bucket"), Services = [Asset] },
        new("S3_ENDPOINT", "the address of the store") { Value = Address("S3:Endpoint"), Default = "Amazon's", Services = [Asset] },
        new("S3_REGION", "the store's region") { Value = Text("S3:Region"), Services = [Asset] },
        new("S3_ACCESS_KEY", "the store's access key") { Value = Secret(1, "S3:AccessKey"), Default = "as the AWS SDK finds it", Services = [Asset], IsSecret = true },
        new("S3_SECRET_KEY", "the store's secret key") { Value = Secret(1, "S3:SecretKey"), Default = "as the AWS SDK finds it", Services = [Asset], IsSecret = true },

        new("OTEL_EXPORTER_OTLP_ENDPOINT", "where traces, metrics and logs go; nowhere when unset") { IsAppHosts = true },
    ];
}
