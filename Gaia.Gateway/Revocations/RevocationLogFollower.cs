using Gaia.Messaging.Streams;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.Serializers.Json;

namespace Gaia.Gateway.Revocations;

/// <summary>
/// Follows Auth's JetStream stream, which brings a revocation within milliseconds, and proves by it that the map is current, for the time when Auth does not
/// answer.
/// </summary>
internal sealed partial class RevocationLogFollower(
    RevocationMap map,
    RevocationStalenessGuard guard,
    RevocationCheck check,
    INatsConnection nats,
    StreamOrigin origin,
    IOptions<JetStreamOptions> options,
    ILogger<RevocationLogFollower> logger)
    : StreamFollower<Revocation>(nats, origin, Revocation.Stream, Revocation.Subject, new NatsJsonSerializer<Revocation>(EventJson.Options), new(), guard)
{
    private const int NotFound = 404;

    private volatile bool isContinuous;

    /// <summary>Auth makes the stream. One that was there is made again without waiting for Auth, which may be what is not there.</summary>
    protected override async Task<StreamInfo> OpenAsync(INatsJSContext jetStream, CancellationToken ct)
    {
        if (Origin.IsMirrored)
        {
            return await Origin.MirrorAsync(Revocation.Stream, ct);
        }

        try
        {
            return (await jetStream.GetStreamAsync(Revocation.Stream, cancellationToken: ct)).Info;
        }
        catch (NatsJSApiException error) when (error.Error.Code == NotFound && Position.Applied is not null)
        {
            var stream = await jetStream.CreateStreamAsync(RevocationStreamDefinition.Config(options.Value.Replicas, isComplete: false), ct);
            LogRestored();
            return stream.Info;
        }
    }

    protected override void Apply(INatsJSMsg<Revocation> message)
    {
        if (message.Data is not { Version: Revocation.CurrentVersion } revocation)
        {
            return;
        }

        if (map.Position == 0)
        {
            map.Begin(revocation.Position - 1);
        }

        map.Apply(revocation);
        if (map.HasGap)
        {
            _ = check.AskAsync();
        }
    }

    /// <summary>A node that has known everything until now needs only what is published from now on.</summary>
    protected override void OnLost() => isContinuous = Guard.IsTrustedNow;

    /// <summary>Whether what the stream brings follows on what the map has: this node has known everything until now, or Auth has put everything into it.</summary>
    protected override bool IsConclusive(StreamInfo stream) =>
        !map.HasGap && (isContinuous = isContinuous || Guard.IsTrustedNow || RevocationStreamDefinition.IsComplete(stream.Config));

    [LoggerMessage(LogLevel.Warning, "Stream GAIA_AUTH was missing and has been created again")]
    private partial void LogRestored();
}
