using Gaia.Caching;
using Gaia.Caching.Administration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Gaia;

internal static class RedisLedgerDefaults
{
    /// <summary>Fly.io's name for the machine; elsewhere it is the host's.</summary>
    private const string MachineVariable = "FLY_MACHINE_ID";

    /// <summary>Counts the Redis commands of the service, which hosts bill, and for how long its processes run.</summary>
    public static void AddRedisLedger(this IHostApplicationBuilder builder)
    {
        var history = builder.Configuration.GetSection(HistoryOptions.Section).Get<HistoryOptions>() ?? new();
        var jetStream = builder.Configuration.GetSection(JetStreamOptions.Section).Get<JetStreamOptions>() ?? new();
        builder.Services.AddRedisLedger(new LedgerOptions(
            builder.Configuration["CACHE_KEY_PREFIX"] ?? "",
            builder.Environment.ApplicationName.Split('.')[^1].ToLowerInvariant(),
            builder.Configuration[MachineVariable] ?? Environment.MachineName,
            history.Interval,
            jetStream.Replicas));
    }
}
