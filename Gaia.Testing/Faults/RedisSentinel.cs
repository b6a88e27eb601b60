using System.Globalization;

namespace Gaia.Testing.Faults;

/// <summary>A Sentinel that promotes the replica of a primary one second after that died, and tells clients which one is the primary.</summary>
public sealed class RedisSentinel : LocalServer
{
    private const string Service = "gaia";

    private readonly RedisServer primary;

    private RedisSentinel(RedisServer primary) => this.primary = primary;

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},serviceName={Service}";

    private string ConfigurationFile => Path.Combine(Data, "sentinel.conf");

    /// <summary>Returns when it knows one replica of the primary.</summary>
    public static Task<RedisSentinel> StartAsync(RedisServer primary, CancellationToken ct = default) => StartAsync(new RedisSentinel(primary), ct);

    protected override IEnumerable<string> CommandLine => ["redis-server", ConfigurationFile, "--sentinel"];

    protected override async Task PrepareAsync(CancellationToken ct)
    {
        await base.PrepareAsync(ct);
        await File.WriteAllTextAsync(
            ConfigurationFile,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                port {Port}
                bind 127.0.0.1
                dir {Data}
                sentinel monitor {Service} 127.0.0.1 {primary.Port} 1
                sentinel down-after-milliseconds {Service} 1000

                """),
            ct);
    }

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            return (await RedisCommand.SendAsync(Host, Port, password: null, "INFO sentinel", ct)).Contains("slaves=1,", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
