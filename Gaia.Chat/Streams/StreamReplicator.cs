using System.Globalization;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Chat.Streams;

/// <summary>
/// Copies the streams that are written here into JetStream, from where any node resumes them. One message holds all events that came since the one
/// before, so a busy stream costs no more round trips than a slow one.
/// </summary>
internal sealed partial class StreamReplicator(INatsJSContext jetStream, IOptions<JetStreamOptions> options, TimeProvider clock, ILogger<StreamReplicator> log)
{
    public const string StreamName = "CHAT_STREAMS";
    public const string FirstHeader = "Gaia-First";
    public const string LastHeader = "Gaia-Last";

    /// <summary>A reader elsewhere that hears nothing for some of these knows that the writer's node is gone.</summary>
    public static TimeSpan KeepAliveInterval { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two messages of a stream. Readers elsewhere are as far behind; they came back after a cut, and notice less of it than of that.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private const long BytesKept = 256 * 1024 * 1024;

    private volatile bool isStreamMade;

    public async Task CopyAsync(LiveStream stream)
    {
        var number = 0;
        StreamPart part;
        do
        {
            part = await NextAsync(stream, number);
            if (!await TryPublishAsync(stream.Key.Subject(stream.Run), part))
            {
                LogGivenUp(stream.Key.RequestId);
                return;
            }

            number += part.Events.Count;
            if (!part.IsLast)
            {
                await Task.WhenAny(stream.Completion, Task.Delay(Gathering, clock));
            }
        }
        while (!part.IsLast);
    }

    private async Task<StreamPart> NextAsync(LiveStream stream, int number)
    {
        try
        {
            return await stream.ReadAfterAsync(number, CancellationToken.None).AsTask().WaitAsync(KeepAliveInterval, clock);
        }
        catch (TimeoutException)
        {
            return new(stream.Run, number + 1, [], IsLast: false);
        }
    }

    private async Task<bool> TryPublishAsync(string subject, StreamPart part)
    {
        var first = part.First.ToString(CultureInfo.InvariantCulture);
        var headers = new NatsHeaders { [FirstHeader] = first };
        if (part.IsLast)
        {
            headers[LastHeader] = "1";
        }

        // A part whose acknowledgement was lost is published again; the server drops it by its id. Signs of life need none.
        var options = part.Events.Count > 0 || part.IsLast ? new NatsJSPubOpts { MsgId = $"{subject}/{first}/{part.Events.Count}" } : null;
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < Timeout)
        {
            try
            {
                // Without NATS a call waits for it instead of failing.
                using var limit = new CancellationTokenSource(CallLimit, clock);
                await MakeStreamAsync(limit.Token);
                var ack = await jetStream.PublishAsync(subject, Lines(part.Events), opts: options, headers: headers, cancellationToken: limit.Token);
                ack.EnsureSuccess();
                return true;
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException or TimeoutException)
            {
                isStreamMade = false;
                await Task.Delay(Pause, clock);
            }
        }

        return false;
    }

    private async ValueTask MakeStreamAsync(CancellationToken ct)
    {
        if (isStreamMade)
        {
            return;
        }

        await jetStream.CreateOrUpdateStreamAsync(new StreamConfig(StreamName, [StreamKey.AllSubjects])
        {
            NumReplicas = options.Value.Replicas,
            Storage = StreamConfigStorage.Memory,
            Discard = StreamConfigDiscard.Old,
            MaxAge = Kept,
            MaxBytes = BytesKept,
        }, ct);
        isStreamMade = true;
    }

    private static byte[] Lines(IReadOnlyList<byte[]> events)
    {
        using var lines = new MemoryStream();
        foreach (var data in events)
        {
            lines.Write(data);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "NATS is unavailable: the stream of request {RequestId} can be resumed on no other node")]
    private partial void LogGivenUp(string requestId);
}
