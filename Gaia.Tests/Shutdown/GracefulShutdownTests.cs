using Gaia.Tests.Caching;
using Microsoft.AspNetCore.Builder;

namespace Gaia.Tests.Shutdown;

public sealed class GracefulShutdownTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stopping_service_completes_open_requests_and_accepts_no_new_ones()
    {
        var started = new TaskCompletionSource();
        var mayComplete = new TaskCompletionSource();
        await using var service = await NotesService.StartAsync(app => app.MapGet("/slow", async () =>
        {
            started.SetResult();
            await mayComplete.Task;
            return "completed";
        }));
        using var openClient = service.Client();
        using var newClient = service.Client();

        var response = openClient.GetStringAsync("/slow", Ct);
        await started.Task.WaitAsync(Ct);
        var stopped = service.StopAsync();

        await Soon.PassesAsync(() => Assert.ThrowsAsync<HttpRequestException>(() => newClient.GetStringAsync("/alive", Ct)));
        Assert.False(stopped.IsCompleted);

        mayComplete.SetResult();
        Assert.Equal("completed", await response);
        await stopped.WaitAsync(Ct);
    }

    [Fact]
    public async Task A_request_that_never_ends_does_not_block_shutdown()
    {
        var started = new TaskCompletionSource();
        await using var service = await NotesService.StartAsync(app => app.MapGet("/endless", async (CancellationToken aborted) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, aborted);
        }));
        using var client = service.Client();

        var response = client.GetAsync("/endless", Ct);
        await started.Task.WaitAsync(Ct);

        await service.StopAsync().WaitAsync(TimeSpan.FromMinutes(1), Ct);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response);
    }
}
