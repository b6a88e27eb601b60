using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>Starts from the connection string, so that configuration and delegates refine what it says instead of losing to it.</summary>
internal sealed class RedisOptionsFactory(
    StackExchangeRedisSettings settings,
    IEnumerable<IConfigureOptions<ConfigurationOptions>> setups,
    IEnumerable<IPostConfigureOptions<ConfigurationOptions>> postConfigures,
    IEnumerable<IValidateOptions<ConfigurationOptions>> validations)
    : OptionsFactory<ConfigurationOptions>(setups, postConfigures, validations)
{
    protected override ConfigurationOptions CreateInstance(string name)
    {
        var options = ConfigurationOptions.Parse(settings.ConnectionString ?? "");

        // A Redis that is away at start is connected to in the background, unless the connection string wants to fail.
        options.AbortOnConnectFail = settings.ConnectionString?.Contains("abortConnect=true", StringComparison.OrdinalIgnoreCase) ?? false;
        return options;
    }
}
