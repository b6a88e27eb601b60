namespace Gaia;

/// <summary>Every environment variable of Gaia, in the order of the reference (docs/configuration.md).</summary>
public static class KnownVariables
{
    public static IReadOnlyList<KnownVariable> All { get; } =
    [
        new("GATEWAY_PORT", "8666", "the gateway's port on this machine", "AppHost") { IsAppHosts = true },
        new("GAIA_REPLICAS", "1", "how many of every service run behind its address", "AppHost") { IsAppHosts = true },
        new("GAIA_SERVERS", "", "`programs` or `containers`: how Redis, PostgreSQL and NATS run here; empty: as containers when a container engine answers", "AppHost") { IsAppHosts = true },
        new("GAIA_LINK_FAULTS", "off", "on: services reach Redis, PostgreSQL and NATS through links that the console's fault page can cut and slow, which costs some speed", "AppHost") { IsAppHosts = true },
        new("GAIA_REGIONS", "", "regions to run on this machine, the first is home, such as `home,fra` (docs/regions.md); needs `GAIA_SERVERS=programs`", "AppHost") { IsAppHosts = true },
        new("DASHBOARD_PORT", "18888", "the Aspire dashboard's port on this machine; unset, a free port is taken when 18888 is not free", "AppHost") { IsAppHosts = true },
        new("ASPNETCORE_URLS", "", "where the Aspire dashboard listens, in place of `DASHBOARD_PORT`", "AppHost") { IsAppHosts = true },
        new("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true", "lets the Aspire dashboard, on loopback, do without a certificate", "AppHost") { IsAppHosts = true },
        new("GAIA_DEV_API_KEY", "made up once", "the API key that a developer's machine accepts", Resources.Auth, Resources.Gateway) { IsSecret = true, IsAppHosts = true },

        new("REDIS_URL", "the graph's own", "`redis://[user:password@]host[:port][/database]`, `rediss://` for TLS, several with commas") { IsSecret = true },
        new("REDIS_PASSWORD", "", "fills in where the Redis connection has no password") { IsSecret = true, IsAppHosts = true },
        new("DATABASE_URL", "the graph's own", "`postgres://user:password@host[:port][/database][?sslmode=…]`", Resources.Auth, Resources.Chat, Resources.Asset) { IsSecret = true },
        new("POSTGRES_PASSWORD", "", "fills in where `DATABASE_URL` has no password", Resources.Auth, Resources.Chat, Resources.Asset) { IsSecret = true, IsAppHosts = true },
        new("NATS_URL", "the graph's own", "`nats://[user:password@]host[:port]`, `tls://`, several with commas") { IsSecret = true },
        new("NATS_PASSWORD", "", "fills in where `NATS_URL` has a user without a password") { IsSecret = true, IsAppHosts = true },
        new("NATS_STREAM_REPLICAS", "", "how many servers of a NATS cluster hold each stream: 1, 3 or 5"),
        new("GAIA_REGION", "FLY_REGION on Fly.io", "the region of this process, where there are several (docs/regions.md)"),
        new("HOME_REGION", "", "the region with Postgres and all services, which gateways of other regions follow"),
        new("REGION_STALENESS", "", "seconds that an answer of another region may be old, at worst", Resources.Gateway),
        new("IDENTITY_KEY", "made up once", "signs what the gateway says about a caller, at least 32 characters, the same for every service") { IsSecret = true, IsAppHosts = true },

        new("AUTH_CACHE_TTL", "", "seconds a resolved access token is cached, never past its expiry"),
        new("API_KEY_CACHE_TTL", "", "seconds a resolved API key is cached, never past its expiry"),
        new("PERSONA_CACHE_TTL", "", "seconds a persona is cached"),
        new("PERSONA_LIST_CACHE_TTL", "", "seconds a list of personas is cached"),
        new("USER_PREF_CACHE_TTL", "", "seconds a user's chosen persona is cached"),
        new("SERVICE_HEALTH_CACHE_TTL", "", "seconds the last probe of a service stays in Redis; `/health` repeats one that is older than a second"),
        new("REDIS_SOCKET_TIMEOUT", "5", "seconds to wait for an answer of Redis"),
        new("REDIS_CONNECT_TIMEOUT", "5", "seconds to wait for a connection to Redis"),
        new("REDIS_HEALTH_CHECK_INTERVAL", "150", "seconds between keep-alives of an idle connection"),
        new("CACHE_KEY_PREFIX", "", "goes before every key, so that environments can share one Redis"),
        new(CacheMemoryOptions.Variable, "", "bytes of cached values that one node keeps in memory"),
        new("CACHE_ADVICE", "", "off: no reads are sampled to predict what other cache settings would bring"),
        new("AUDIT", "", "off: what caches hold is not compared with the database all the time", Resources.Chat),

        new("JOURNAL", "", "on: services record events, such as changes of personas, and append them to streams in Redis (docs/events.md)"),
        new("JOURNAL_MAXLEN", "", "about how many events each stream holds in Redis"),
        new("JOURNAL_ARCHIVE", "", "how long the databases keep events, in days", Resources.Auth, Resources.Chat, Resources.Asset),
        new("JOURNAL_TEXT", "", "on: events of answers have their text", Resources.Chat),

        new("RATE_LIMIT_ANONYMOUS", "", "requests per minute and address of callers without a credential", Resources.Gateway),
        new("RATE_LIMIT_AUTHENTICATED", "", "requests per minute and user, whatever number of API keys", Resources.Gateway, Resources.Auth),
        new("REDIS_PRICE_PER_100K", "", "US dollars that 100,000 commands of Redis cost, for `/api/v1/admin/cache/cost` and `/api/v1/admin/cost`", Resources.Gateway, Resources.Chat),
        new("REDIS_FIXED_PLAN", "", "US dollars a month of a fixed plan that would do: an alert says when Redis by command costs more", Resources.Chat),
        new("MACHINE_PRICES", "", "US dollars of a process that runs for 30 days, by service, such as `gateway=2.02,chat=5.92`", Resources.Chat),
        new("ALLOWED_ORIGINS", "", "origins that browsers may call from, comma separated; `*` for all", Resources.Gateway),
        new("TRUSTED_PROXIES", "", "addresses and networks of proxies whose forwarded address is believed, comma separated", Resources.Gateway),

        new("ADMIN_EMAIL", "made up on a developer's machine", "the first administrator", Resources.Auth) { IsSecret = true },
        new("ADMIN_PASSWORD", "made up on a developer's machine", "the first administrator's password; changing it later changes nothing", Resources.Auth) { IsSecret = true },
        new("PUBLIC_URL", "http://localhost:8666", "where clients reach the gateway: the issuer of access tokens, and what links to generated pictures begin with", Resources.Auth, Resources.Asset),
        new("SUPABASE_JWT_SECRET", "", "trusts HS256 tokens of this secret, audience `authenticated`", Resources.Auth) { IsSecret = true },

        new("OPENAI_API_KEY", "", "the key of an OpenAI-compatible provider", Resources.Chat, Resources.Asset) { IsSecret = true },
        new("OPENAI_BASE_URL", "OpenAI's", "where that provider is", Resources.Chat, Resources.Asset),
        new("OPENAI_MODELS", "gpt-4o-mini, or those that OPENAI_BASE_URL lists", "its models, comma separated, the default one first", Resources.Chat),
        new("OPENAI_IMAGE_MODEL", "built-in pictures", "makes images with that provider", Resources.Asset),
        new("OPENAI_IMAGE_PRICE", "", "US dollars that a picture of that model costs", Resources.Asset),
        new("ANTHROPIC_API_KEY", "", "Anthropic's key", Resources.Chat) { IsSecret = true },
        new("ANTHROPIC_BASE_URL", "Anthropic's", "another address for Anthropic's API", Resources.Chat),
        new("ANTHROPIC_MODELS", "claude-sonnet-4-5", "Anthropic's models, comma separated, the default one first", Resources.Chat),
        new("OLLAMA_URL", "found on its default port", "Ollama", Resources.Chat),
        new("CONVERSATION_SUMMARIES", "", "off: the old turns of a long conversation are left out instead of summarized, which the cheapest model does", Resources.Chat),
        new("BUDGET_TOKENS", "", "tokens that one user's answers and pictures may use up in a day, in UTC", Resources.Chat),
        new("BUDGET_USD", "", "US dollars that one user's answers and pictures may cost in a day, in UTC", Resources.Chat),
        new("BUDGET_UNPRICED", "", "allow: models without a price can be used under BUDGET_USD, and count as free", Resources.Chat),
        new("MODEL_PRICES", "prices.json", "a file of prices in place of the one that Gaia ships", Resources.Chat),

        new("ALERT_WEBHOOK_URL", "", "receives alerts as Standard Webhooks", Resources.Chat) { IsSecret = true },
        new("ALERT_WEBHOOK_SECRET", "", "signs what ALERT_WEBHOOK_URL gets: 24 to 64 bytes in base64, with or without whsec_ before them", Resources.Chat) { IsSecret = true },
        new("EVENT_WEBHOOK_URL", "", "receives the journal's events as Standard Webhooks", Resources.Chat) { IsSecret = true },
        new("EVENT_WEBHOOK_SECRET", "", "signs what EVENT_WEBHOOK_URL gets: 24 to 64 bytes in base64, with or without whsec_ before them", Resources.Chat) { IsSecret = true },
        new("EVENT_WEBHOOK_TYPES", "", "the events that EVENT_WEBHOOK_URL gets: a type such as `persona.updated`, or its beginning and `*`", Resources.Chat),

        new("ASSET_PATH", "a folder per user", "where files are received and, unless a bucket is named, stored", Resources.Asset),
        new("ASSET_MAX_BYTES", "", "the largest file", Resources.Asset, Resources.Gateway),
        new("ASSET_QUOTA_BYTES", "", "what the files of one user may add up to", Resources.Asset),
        new("S3_BUCKET", "", "stores files in this bucket of any S3-compatible store; it must exist", Resources.Asset),
        new("S3_ENDPOINT", "Amazon's", "the address of the store", Resources.Asset),
        new("S3_REGION", "", "the store's region", Resources.Asset),
        new("S3_ACCESS_KEY", "as the AWS SDK finds it", "the store's access key", Resources.Asset) { IsSecret = true },
        new("S3_SECRET_KEY", "as the AWS SDK finds it", "the store's secret key", Resources.Asset) { IsSecret = true },

        new("OTEL_EXPORTER_OTLP_ENDPOINT", "", "where traces, metrics and logs go; nowhere when unset") { IsAppHosts = true },
    ];
}
