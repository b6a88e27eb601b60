using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>How a service that owns rows compares them with what all nodes and Redis hold of them.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary><c>AUDIT</c></summary>
    public bool Enabled { get; init; } = true;

    /// <summary>keys that all nodes are asked about in a second, by all replicas of the service together</summary>
    [Range(1, 10_000)]
    public int PerSecond { get; init; } = 20;

    /// <summary>the share of looks at changed keys for which Redis is asked too</summary>
    [Range(0.0, 1.0)]
    public double RedisShare { get; init; } = 0.1;

    /// <summary>values without a row version that are loaded from the database in a second to be compared</summary>
    [Range(0.0, 1_000.0)]
    public double LoadsPerSecond { get; init; } = 0.2;
}
