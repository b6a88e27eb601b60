using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>
/// What a resource writes, asked for from its first unexpected end on: DCP begins to send lines, those before included, only when somebody asks, takes its time on a busy
/// machine, and ends the answer when a process ends.
/// </summary>
internal sealed class ResourceOutput : IDisposable
{
    /// <summary>When as many lines are there after so long, the output is taken to be complete.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>How long the first line may take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource disposed = new();
    private readonly ResourceLoggerService logs;
    private readonly string resourceId;

    public ResourceOutput(ResourceLoggerService logs, string resourceId)
    {
        (this.logs, this.resourceId) = (logs, resourceId);
        _ = ReadAsync(disposed.Token);
    }

    /// <summary>All lines so far, with those that a process that has just ended left behind.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        using var longest = new CancellationTokenSource(Longest);
        IReadOnlyList<string> before, lines = [];
        do
        {
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(longest.Token);
            quiet.CancelAfter(Quiet);
            (before, lines) = (lines, await ReadAsync(quiet.Token));
        }
        while (!longest.IsCancellationRequested && (lines.Count == 0 || lines.Count != before.Count));

        return lines.Count > 0 ? lines : before;
    }

    public void Dispose()
    {
        disposed.Cancel();
        disposed.Dispose();
    }

    /// <summary>All lines that come until the token is cancelled.</summary>
    private async Task<IReadOnlyList<string>> ReadAsync(CancellationToken until)
    {
        List<string> lines = [];
        try
        {
            await foreach (var batch in logs.WatchAsync(resourceId).WithCancellation(until))
            {
                lines.AddRange(batch.Select(line => line.Content));
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, until);
        }
        catch (OperationCanceledException)
        {
            // The time is up.
        }

        return lines;
    }
}
