using Gaia.Events.Journal;
using StackExchange.Redis;

namespace Gaia.Gateway.Events;

/// <summary>The journals of all services in Gaia's Redis.</summary>
internal sealed class JournalStreams(IConnectionMultiplexer redis, IConfiguration configuration)
{
    private readonly string prefix = configuration["CACHE_KEY_PREFIX"] ?? "";

    public IDatabase Database => redis.GetDatabase();

    public JournalKeys KeysOf(string source) => new(prefix, source);

    /// <param name="block">The longest that a command waits for an event.</param>
    public Task<JournalConnection> OpenAsync(TimeSpan block) => JournalConnection.OpenAsync(ConfigurationOptions.Parse(redis.Configuration), block);
}
