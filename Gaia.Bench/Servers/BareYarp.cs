using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Bench.Servers;

/// <summary>A YARP proxy with one route and no logging, in a separate process: the baseline of Gaia's gateway, which is built on YARP.</summary>
internal sealed class BareYarp : LocalServer
{
    public const string Command = "yarp";

    private static readonly HttpClient Probe = new();

    private readonly Cores cores;
    private readonly Uri backend;

    private BareYarp(Cores cores, Uri backend) => (this.cores, this.backend) = (cores, backend);

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public static Task<BareYarp> StartAsync(Cores cores, Uri backend, CancellationToken ct) => StartAsync(new BareYarp(cores, backend), ct);

    /// <summary>The entry point of that process.</summary>
    public static async Task RunAsync(string address, string backend, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        await using var app = builder.Build();
        app.Urls.Add(address);
        app.MapForwarder("/{**path}", backend);
        await app.StartAsync(ct);
        await app.WaitForShutdownAsync(ct);
    }

    protected override IEnumerable<string> CommandLine =>
        cores.CommandLineOf("dotnet", typeof(BareYarp).Assembly.Location, Command, Address.ToString(), backend.GetLeftPart(UriPartial.Authority));

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await Probe.GetAsync(Address, ct);
            return answer.StatusCode != HttpStatusCode.BadGateway;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
