using Gaia.Tests.Secrets;

namespace Gaia.Tests.Admission;

/// <summary>A gateway.</summary>
public sealed class GatewayServer : ScannedService
{
    private GatewayServer(IReadOnlyDictionary<string, string> settings)
        : base(Resources.Gateway, settings)
    {
    }

    public static Task<GatewayServer> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct = default) =>
        StartAsync(new GatewayServer(settings), ct);

    /// <summary>On a port that somebody had to know before.</summary>
    public static Task<GatewayServer> StartAsync(IReadOnlyDictionary<string, string> settings, int port, CancellationToken ct = default) =>
        StartAsync(new GatewayServer(settings) { Port = port }, ct);
}
