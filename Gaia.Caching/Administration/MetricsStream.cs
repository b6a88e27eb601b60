using System.Text;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching.Administration;

/// <summary>The JetStream stream of what nodes counted in the last 30 days.</summary>
internal static class MetricsStream
{
    public const string Name = "GAIA_METRICS";

    /// <summary>A record that is sent again within this time is stored once.</summary>
    public static readonly TimeSpan DuplicateWindow = TimeSpan.FromDays(1);

    /// <summary>Four nodes fill half of it in a month.</summary>
    private const long MostBytes = 64 << 20;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <param name="kind">What is counted.</param>
    /// <param name="keyPrefix">Tells environments apart that share a NATS.</param>
    public static string Subject(string kind, string keyPrefix) => $"gaia.metrics.{kind}.{EnvironmentToken(keyPrefix)}";

    /// <summary>Stands in subjects for the prefix of an environment.</summary>
    public static string EnvironmentToken(string keyPrefix) => keyPrefix.Length is 0 ? "all" : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(keyPrefix));

    public static StreamConfig Config(int replicas) =>
        new(Name, ["gaia.metrics.>"]) { MaxAge = KeptFor, MaxBytes = MostBytes, NumReplicas = replicas, DuplicateWindow = DuplicateWindow };
}
