namespace Aspire.NATS.Net;

/// <summary>What configuration decides about a NATS client, in <c>Aspire:NATS:Net</c> and below it by connection name.</summary>
public sealed class NatsClientSettings
{
    /// <summary><c>nats://user:password@host:port</c>; several servers separated by commas. <c>ConnectionStrings:{name}</c> wins over it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Leaves out the health check named NATS.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out the spans of publishing and receiving.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Leaves out the client's instruments.</summary>
    public bool DisableMetrics { get; set; }
}
