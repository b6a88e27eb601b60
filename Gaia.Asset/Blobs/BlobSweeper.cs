using System.Data.Common;
using Gaia.Asset.Staging;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Blobs;

/// <summary>Looks from time to time for what a crash left behind. Every replica has one.</summary>
internal sealed partial class BlobSweeper(
    IServiceScopeFactory scopes, StagingArea staging, IOptions<StorageOptions> options, TimeProvider time, ILogger<BlobSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is DbException or IOException or InvalidOperationException { InnerException: DbException })
            {
                LogPostponed(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        var grace = options.Value.Grace;
        var files = staging.RemoveAbandoned(time.GetUtcNow() - grace);

        await using var scope = scopes.CreateAsyncScope();
        var blobs = await scope.ServiceProvider.GetRequiredService<BlobCollector>().CollectAllAsync(grace, ct);
        if (files + blobs > 0)
        {
            LogSwept(files, blobs);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Files} unfinished files and {Blobs} unused blobs")]
    private partial void LogSwept(int files, int blobs);

    [LoggerMessage(LogLevel.Debug, "Sweep put off: {Reason}")]
    private partial void LogPostponed(string reason);
}
