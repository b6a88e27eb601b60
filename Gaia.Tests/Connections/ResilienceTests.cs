using System.Collections.Concurrent;
using System.Net;
using Gaia.Tests.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Connections;

/// <summary>How every HttpClient of a service calls others: here a server that fails the first time it is asked for something.</summary>
public sealed class ResilienceTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, int> calls = new();
    private readonly string address = $"http://127.0.0.1:{FreePort.Next()}";
    private WebApplication fickle = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        fickle = builder.Build();
        fickle.Urls.Add(address);
        fickle.Map("/{**what}", (HttpContext context) =>
            TypedResults.StatusCode(calls.AddOrUpdate(context.Request.Path, 1, (_, n) => n + 1) == 1 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK));
        await fickle.StartAsync(Ct);
    }

    [Fact]
    public async Task A_read_that_fails_is_tried_again_at_the_discovered_address()
    {
        await using var service = await NotesService.StartAsync(_ => { }, ("services:fickle:http:0", address));
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var answer = await client.GetAsync("http://fickle/read", Ct);

        Assert.Equal((HttpStatusCode.OK, 2), (answer.StatusCode, calls["/read"]));
    }

    [Fact]
    public async Task A_write_that_fails_may_have_happened_and_is_not_repeated()
    {
        await using var service = await NotesService.StartAsync(_ => { }, ("services:fickle:http:0", address));
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var answer = await client.PostAsync("http://fickle/write", content: null, Ct);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (answer.StatusCode, calls["/write"]));
    }

    public ValueTask DisposeAsync() => fickle.DisposeAsync();
}
