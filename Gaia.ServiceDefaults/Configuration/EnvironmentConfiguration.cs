using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia;

internal static class EnvironmentConfiguration
{
    /// <summary>Turns variables into configuration that wins over every other; ends the process when one of them cannot be read.</summary>
    public static void AddEnvironmentConfiguration(this IHostApplicationBuilder builder)
    {
        var (secrets, unusable) = SecretFiles.Read(builder.Configuration);
        builder.Configuration.AddInMemoryCollection(secrets);
        var (settings, refusals) = Read(builder.Configuration);
        builder.Configuration.AddInMemoryCollection(settings);
        refusals = [.. unusable, .. refusals];

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
        foreach (var variable in EnvironmentVariables.All)
        {
            // An empty variable is what shells and compose files make of one that is not set.
            if (variable.Value is null || configuration[variable.Name] is not { Length: > 0 } value)
            {
                continue;
            }

            if (variable.Value.Read(value) is { } read)
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

        if (NatsUrl.WithMissingPassword(configuration) is { } complete)
        {
            settings[NatsUrl.ConnectionKey] = complete;
        }

        return (settings, refusals);
    }

    private static IEnumerable<string> Missing(IConfiguration configuration)
    {
        (string Key, string Name, string Allowed)[] needed =
        [
            (RedisSettings.ConnectionKey, EnvironmentVariables.RedisUrlName, RedisUrl.Allowed),
            (NatsUrl.ConnectionKey, EnvironmentVariables.NatsUrlName, NatsUrl.Allowed),
            ($"{IdentityOptions.Section}:{nameof(IdentityOptions.Key)}", EnvironmentVariables.IdentityKeyName, $"at least {IdentityOptions.ShortestKey} characters"),
        ];
        foreach (var (_, name, allowed) in needed.Where(need => string.IsNullOrEmpty(configuration[need.Key])))
        {
            yield return $"{name} is missing: expected {allowed}.";
        }

        if (configuration[RedisSettings.ConnectionKey] is { Length: > 0 } redis && !RedisSettings.IsReadable(redis))
        {
            yield return $"ConnectionStrings__{Resources.Redis} is (not shown): expected a configuration string of StackExchange.Redis.";
        }
    }
}
