using StackExchange.Redis;

namespace Gaia.Events.Consumers;

/// <summary>How a service reads journals.</summary>
public sealed class EventConsumerOptions
{
    /// <summary>Where the journal's Redis is; that of the registered <c>IConnectionMultiplexer</c> when null.</summary>
    public ConfigurationOptions? Redis { get; set; }

    /// <summary>Goes before every key: Gaia's <c>CACHE_KEY_PREFIX</c>.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>Tells the consumers of a group apart: unique among the processes that run at once.</summary>
    public string ConsumerName { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>The address of Gaia, for events that the streams no longer have; without one such events are skipped.</summary>
    public Uri? Archive { get; set; }

    /// <summary>An administrator's API key, for <see cref="Archive"/>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The most events that are read, and handled in one transaction.</summary>
    public int BatchSize { get; set; } = 100;

    /// <summary>How long Redis is waited for in one command.</summary>
    public TimeSpan Block { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an event may be with a consumer before another one takes it over.</summary>
    public TimeSpan ClaimAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an event is tried before it becomes a dead letter.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The wait after the first attempt that failed; twice as long after each further one, an hour at the most.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
