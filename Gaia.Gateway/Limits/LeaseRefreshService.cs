using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Limits;

/// <summary>Tells Redis what passed on leases that have run out, forgets callers who are gone, and looks for Redis while it is unavailable.</summary>
internal sealed class LeaseRefreshService(RateLimiter limiter, LeaseStore store, Peers peers, IOptions<RateLimitOptions> options) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);

    /// <summary>What passed must count after a restart too.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ReportAsync(isEnd: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await store.ProbeAsync();
                limiter.RefreshTerms();
                await ReportAsync(isEnd: false);
                Forget(limiter.Now);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ReportAsync(bool isEnd)
    {
        var now = limiter.Now;
        var reports = new List<Task>();
        foreach (var (key, lease) in limiter.Leases)
        {
            if (!store.IsUnavailable(lease.Key) && key.Policy.Name != PolicyNames.Malformed && lease.CollectRest(now, limiter.Terms, isEnd) is { Count: > 0 } spending)
            {
                reports.Add(limiter.ReportAsync(lease, spending));
            }
        }

        await Task.WhenAll(reports);
    }

    private void Forget(long now)
    {
        var full = limiter.Count > options.Value.LargestTable;
        foreach (var known in limiter.Leases)
        {
            if (known.Value.IsIdle(now, limiter.Terms) || (full && known.Value.Unreported(now, limiter.Terms) == 0))
            {
                limiter.Forget(known);
            }
        }

        peers.Forget();
    }
}
