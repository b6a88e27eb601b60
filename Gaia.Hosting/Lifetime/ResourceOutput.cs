using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>
/// Reads the output of a resource from its first unexpected exit on. DCP sends lines, earlier ones included, only after a subscription, with a delay on a busy machine,
/// and ends the subscription when the process ends. Lines of DCP itself, and of Aspire about how it starts the resource, are left out.
/// </summary>
internal sealed partial class ResourceOutput : IDisposable
{
    /// <summary>The output is complete when it has not grown for so long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>How long the first line may take: on a busy machine, longer than the process whose line it is.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource disposed = new();
    private readonly ResourceLoggerService logs;
    private readonly string resourceId;

    public ResourceOutput(ResourceLoggerService logs, string resourceId)
    {
        (this.logs, this.resourceId) = (logs, resourceId);
        _ = ReadAsync(disposed.Token);
    }

    /// <summary>Reads all lines so far, those of a process that has just ended included.</summary>
    public async Task<IReadOnlyList<LogLine>> ReadAsync()
    {
        using var longest = new CancellationTokenSource(Longest);
        IReadOnlyList<LogLine> before, lines = [];
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

    /// <summary>Reads lines until the token is cancelled.</summary>
    private async Task<IReadOnlyList<LogLine>> ReadAsync(CancellationToken until)
    {
        List<LogLine> lines = [];
        try
        {
            await foreach (var batch in logs.WatchAsync(resourceId).WithCancellation(until))
            {
                lines.AddRange(batch.Where(line => !OfOthers().IsMatch(line.Content)));
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, until);
        }
        catch (OperationCanceledException)
        {
            // Timed out.
        }

        return lines;
    }

    [GeneratedRegex(@"^(\S+Z )?(\[sys\]|(Executing|Successfully executed) command '|No custom certificate authorities )")]
    private static partial Regex OfOthers();
}
