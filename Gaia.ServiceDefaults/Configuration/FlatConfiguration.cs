using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia;

internal static class FlatConfiguration
{
    /// <summary>Turns the flat variables into configuration that wins over every other; ends the process when one of them cannot be read.</summary>
    public static void AddFlatVariables(this IHostApplicationBuilder builder)
    {
        var (settings, refusals) = Read(builder.Configuration);
        builder.Configuration.AddInMemoryCollection(settings);

        // The EF tools build the host to look at the model; nothing is configured then, and nothing connected to.
        if (refusals is [] && !EF.IsDesignTime)
        {
            refusals = [.. Missing(builder.Configuration)];
        }

        if (refusals is not [])
        {
            StartRefusal.Exit(refusals);
        }
    }

    internal static (Dictionary<string, string?> Settings, IReadOnlyList<string> Refusals) Read(IConfiguration configuration)
    {
        var settings = new Dictionary<string, string?>();
        var refusals = new List<string>();
        foreach (var variable in FlatVariables.All)
        {
            // An empty variable is what shells and compose files make of one that is not set.
            if (configuration[variable.Name] is not { Length: > 0 } value)
            {
                continue;
            }

            if (variable.Read(value) is { } read)
            {
                foreach (var (key, setting) in read)
                {
                    settings[key] = setting;
                }
            }
            else
            {
                refusals.Add(variable.Refuse(value));
            }
        }

        if (refusals is [] && RedisSettings.MissingPassword(configuration) is { } password)
        {
            settings[RedisSettings.Key(nameof(ConfigurationOptions.Password))] = password;
        }

        return (settings, refusals);
    }

    private static IEnumerable<string> Missing(IConfiguration configuration)
    {
        if (configuration.GetConnectionString(Resources.Redis) is not { Length: > 0 } redis)
        {
            yield return $"{FlatVariables.RedisUrlName} is missing: expected {RedisUrl.Allowed}.";
        }
        else if (!RedisSettings.IsReadable(redis))
        {
            yield return $"ConnectionStrings__{Resources.Redis} is (not shown): expected a configuration string of StackExchange.Redis.";
        }

        if (string.IsNullOrEmpty(configuration.GetConnectionString(Resources.Nats)))
        {
            yield return $"NATS_URL is missing: expected {NatsUrl.Allowed}.";
        }
    }
}
