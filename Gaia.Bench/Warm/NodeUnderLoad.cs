using System.Globalization;
using Gaia.Bench.Audit;
using Gaia.Testing.Caching;
using Gaia.Testing.Caching.Advice;

namespace Gaia.Bench.Warm;

/// <summary>A node that is read from the moment on at which it is ready.</summary>
internal sealed class NodeUnderLoad : IAsyncDisposable
{
    private const int ReadsPerTick = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource over = new();
    private readonly Task load;

    public NodeUnderLoad(AuditNode node, int documents)
    {
        Node = node;
        load = Task.Run(() => ReadAsync(new ZipfNumbers(documents)));
    }

    public AuditNode Node { get; }

    public long Hits => Node.Statistics(Doc.ByRow).Hits.Value;

    public long Reads => Hits + Node.Statistics(Doc.ByRow).Misses.Value;

    /// <summary>Of values from the database.</summary>
    public long Loads => Node.Statistics(Doc.ByRow).Fills.Value;

    public static string Id(int i) => i.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await load;
        await Node.DisposeAsync();
        over.Dispose();
    }

    private async Task ReadAsync(ZipfNumbers ids)
    {
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                for (var i = 0; i < ReadsPerTick; i++)
                {
                    await Node.Docs(Doc.ByRow).GetAsync(Id(ids.Next(Random.Shared)), CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node is stopped.
        }
    }
}
