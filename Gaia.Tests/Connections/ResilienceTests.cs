using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Connections;

/// <summary>The resilience of every HttpClient of a service, against a server that fails the first request of each path.</summary>
public sealed class ResilienceTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, int> calls = new();
    private readonly string address = $"http://127.0.0.1:{FreePort.Next()}";
    private WebApplication flaky = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        flaky = builder.Build();
        flaky.Urls.Add(address);
        flaky.Map("/{**what}", (HttpContext context) =>
            TypedResults.StatusCode(calls.AddOrUpdate(context.Request.Path, 1, (_, n) => n + 1) == 1 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK));
        await flaky.StartAsync(Ct);
    }

    [Fact]
    public async Task A_failed_read_is_retried_at_the_discovered_address()
    {
        await using var service = await NotesService.StartAsync(_ => { }, ("services:flaky:http:0", address));
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var response = await client.GetAsync("http://flaky/read", Ct);

        Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, calls["/read"]));
    }

    [Fact]
    public async Task A_failed_write_may_have_been_applied_and_is_not_retried()
    {
        await using var service = await NotesService.StartAsync(_ => { }, ("services:flaky:http:0", address));
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var response = await client.PostAsync("http://flaky/write", content: null, Ct);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (response.StatusCode, calls["/write"]));
    }

    public ValueTask DisposeAsync() => flaky.DisposeAsync();
}
