using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>
/// What a resource writes, followed from its first unexpected end on: DCP begins to send lines, those before included, only when somebody asks, and takes its time on a busy machine.
/// </summary>
internal sealed class ResourceOutput : IDisposable
{
    /// <summary>Without a line for so long, what a process has written is taken to be complete.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>How long the first line may take.</summary>
    private static readonly TimeSpan FirstLine = TimeSpan.FromSeconds(10);

    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource disposed = new();

    public ResourceOutput(ResourceLoggerService logs, string resourceId) => _ = FollowAsync(logs, resourceId);

    /// <summary>All lines so far, with those that a process that has just ended left behind.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        List<string> read = [];
        try
        {
            while (true)
            {
                using var deadline = new CancellationTokenSource(read.Count == 0 ? FirstLine : Quiet);
                read.Add(await lines.Reader.ReadAsync(deadline.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            return read;
        }
    }

    public void Dispose()
    {
        disposed.Cancel();
        disposed.Dispose();
    }

    private async Task FollowAsync(ResourceLoggerService logs, string resourceId)
    {
        try
        {
            await foreach (var batch in logs.WatchAsync(resourceId).WithCancellation(disposed.Token))
            {
                foreach (var line in batch)
                {
                    lines.Writer.TryWrite(line.Content);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody asks any more.
        }

        lines.Writer.TryComplete();
    }
}
