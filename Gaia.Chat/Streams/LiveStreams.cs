using System.Collections.Concurrent;
using Gaia.Chat.Errors;

namespace Gaia.Chat.Streams;

/// <summary>The answers that this node is writing. They are finished whether or not anybody still reads them, and before the node ends if there is time.</summary>
internal sealed partial class LiveStreams(StreamReplicator mirror, ILogger<LiveStreams> log) : IHostedService
{
    // What is left of an answer that is cut short is stored.
    private static readonly TimeSpan StoringTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<StreamKey, LiveStream> running = new();
    private readonly ConcurrentDictionary<LiveStream, Task> work = new();

    /// <exception cref="ChatException">A stream of the same request id still runs.</exception>
    public LiveStream Open(StreamKey key)
    {
        var stream = new LiveStream(key);
        return running.TryAdd(key, stream)
            ? stream
            : throw new ChatException(StatusCodes.Status409Conflict, "in_flight", "A stream with this request id is being written");
    }

    /// <summary>Lets an opened stream be written in the background, and copied to where other nodes find it.</summary>
    public void Run(LiveStream stream, Func<Task> write) => work[stream] = Task.Run(() => WorkAsync(stream, write));

    /// <summary>Gives up an opened stream that nothing was written to.</summary>
    public void Abandon(LiveStream stream)
    {
        running.TryRemove(new(stream.Key, stream));
        stream.Dispose();
    }

    public LiveStream? Find(StreamKey key) => running.GetValueOrDefault(key);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var unfinished = Task.WhenAll(work.Values);
        try
        {
            await unfinished.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            foreach (var stream in running.Values)
            {
                stream.Stop();
            }

            LogCutShort(running.Count);
            await unfinished.WaitAsync(StoringTime, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WorkAsync(LiveStream stream, Func<Task> write)
    {
        var copying = mirror.CopyAsync(stream);
        try
        {
            await write();
        }
        catch (Exception e)
        {
            LogFailed(e, stream.Key.RequestId);
        }
        finally
        {
            stream.Complete();
            await copying;
            work.TryRemove(stream, out _);
            Abandon(stream);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The stream of request {RequestId} failed")]
    private partial void LogFailed(Exception failure, string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} streams were cut short by the end of this node")]
    private partial void LogCutShort(int count);
}
