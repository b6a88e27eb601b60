using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gaia.AppHost;

internal static class Settings
{
    // What every service understands from its environment (docs: README, "Configuration").
    private static readonly string[] HandedOn =
    [
        "REDIS_URL", "DATABASE_URL", "NATS_URL",
        "REDIS_SOCKET_TIMEOUT", "REDIS_CONNECT_TIMEOUT", "REDIS_HEALTH_CHECK_INTERVAL",
        "AUTH_CACHE_TTL", "API_KEY_CACHE_TTL", "PERSONA_CACHE_TTL", "PERSONA_LIST_CACHE_TTL", "USER_PREF_CACHE_TTL", "SERVICE_HEALTH_CACHE_TTL",
        "CACHE_KEY_PREFIX",
        "RATE_LIMIT_ANONYMOUS", "RATE_LIMIT_AUTHENTICATED", "ALLOWED_ORIGINS", "TRUSTED_PROXIES",
        "ADMIN_EMAIL", "ADMIN_PASSWORD", "SUPABASE_JWT_SECRET", "PUBLIC_URL",
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODELS", "OPENAI_IMAGE_MODEL",
        "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_MODELS", "OLLAMA_URL",
        "ASSET_PATH", "ASSET_MAX_BYTES", "ASSET_QUOTA_BYTES", "S3_BUCKET", "S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY",
    ];

    /// <summary>Hands on the flat variables that are set where the AppHost starts.</summary>
    public static IResourceBuilder<ProjectResource> WithGaiaSettings(this IResourceBuilder<ProjectResource> service)
    {
        var settings = service.ApplicationBuilder.Configuration;
        foreach (var name in HandedOn)
        {
            service.Hand(name, settings[name]);
        }

        // The graph's own Redis has a password of its own, under the same name: the caller's belongs to the caller's Redis only.
        return settings["REDIS_URL"] is { Length: > 0 } ? service.Hand("REDIS_PASSWORD", settings["REDIS_PASSWORD"]) : service;
    }

    /// <summary>The public port: 8666, <c>GATEWAY_PORT</c> changes it.</summary>
    public static IResourceBuilder<ProjectResource> WithGatewayPort(this IResourceBuilder<ProjectResource> gateway) =>
        gateway.Number("GATEWAY_PORT", "a port from 1 to 65535", ushort.MaxValue) is { } port ? gateway.WithEndpoint("http", http => http.Port = port) : gateway;

    /// <summary>How many of the service run side by side: one, <c>GAIA_REPLICAS</c> changes it for every service alike.</summary>
    public static IResourceBuilder<ProjectResource> WithGaiaReplicas(this IResourceBuilder<ProjectResource> service) =>
        service.Number("GAIA_REPLICAS", "a number from 1 to 10", 10) is { } replicas ? service.WithReplicas(replicas) : service;

    /// <summary>A whole number from 1 to the largest; null when it is not set. Anything else ends the AppHost with one line.</summary>
    private static int? Number(this IResourceBuilder<ProjectResource> service, string name, string allowed, int largest)
    {
        if (service.ApplicationBuilder.Configuration[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > largest)
        {
            Console.Error.WriteLine($"{name} is \"{text}\": expected {allowed}.");
            Environment.Exit(1);
        }

        return number;
    }

    private static IResourceBuilder<ProjectResource> Hand(this IResourceBuilder<ProjectResource> service, string name, string? value) =>
        string.IsNullOrEmpty(value) ? service : service.WithEnvironment(name, value);
}
