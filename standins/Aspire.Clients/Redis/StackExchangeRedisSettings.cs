namespace Aspire.StackExchange.Redis;

public sealed class StackExchangeRedisSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    /// <summary>False connects while the host starts, instead of when the connection is first asked for.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}
