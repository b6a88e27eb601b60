using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using StackExchange.Redis;

namespace Gaia;

/// <summary>What holds as long as appsettings and environment say nothing: the first configuration source, which every other wins over.</summary>
internal static class Defaults
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        // One line per request, query and outgoing call would bury what matters; all of it is in the traces.
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        [$"Logging:LogLevel:{nameof(Gaia)}.{nameof(IdentityHandler)}"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",

        // These speak up at every attempt to reach a server that is unavailable. HealthLog says once that it is, and why.
        ["Logging:LogLevel:NATS"] = "Critical",
        ["Logging:LogLevel:StackExchange.Redis"] = "Critical",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database"] = "Critical",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Query"] = "Critical",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Update"] = "Critical",
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Critical",

        // A frozen Redis may hold up the start for this long, once; the connection is then made in the background.
        [RedisSettings.Key(nameof(ConfigurationOptions.ConnectTimeout))] = "1000",
        [RedisSettings.Key(nameof(ConfigurationOptions.ConnectRetry))] = "1",
    };

    public static void AddDefaults(this IConfigurationBuilder configuration) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Settings });
}
