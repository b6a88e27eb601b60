using Gaia.Tests.Caching;
using Microsoft.AspNetCore.Builder;

namespace Gaia.Tests.Shutdown;

public sealed class DrainTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_is_told_to_end_answers_what_it_has_begun_and_begins_nothing_more()
    {
        var begun = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource();
        await using var service = await NotesService.StartAsync(app => app.MapGet("/slow", async () =>
        {
            begun.SetResult();
            await mayEnd.Task;
            return "answered";
        }));
        using var early = service.Client();
        using var late = service.Client();

        var answer = early.GetStringAsync("/slow", Ct);
        await begun.Task.WaitAsync(Ct);
        var stopped = service.StopAsync();

        await Soon.Passes(() => Assert.ThrowsAsync<HttpRequestException>(() => late.GetStringAsync("/alive", Ct)));
        Assert.False(stopped.IsCompleted);

        mayEnd.SetResult();
        Assert.Equal("answered", await answer);
        await stopped.WaitAsync(Ct);
    }

    [Fact]
    public async Task A_request_that_never_ends_holds_nobody_up_for_ever()
    {
        var begun = new TaskCompletionSource();
        await using var service = await NotesService.StartAsync(app => app.MapGet("/endless", async (CancellationToken aborted) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, aborted);
        }));
        using var client = service.Client();

        var answer = client.GetAsync("/endless", Ct);
        await begun.Task.WaitAsync(Ct);

        await service.StopAsync().WaitAsync(TimeSpan.FromMinutes(1), Ct);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
    }
}
