using System.Diagnostics;
using System.Net;
using Gaia.Bench.Reporting;
using Gaia.Gateway;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Console;
using Gaia.Gateway.Conventions;
using Gaia.Gateway.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P7: what the gateway does to admit a request whose credential it knows, from the header's text to the decision. It runs in this process, in a gateway
/// that is otherwise as always: on Redis, NATS and Auth.
/// </summary>
internal sealed class AdmissionCost : IAsyncDisposable
{
    private const int Calls = 1_000_000;

    /// <summary>Fewer than a lease holds: what is allocated is counted between two questions to Redis, and time over as many as there are.</summary>
    private const int CallsOfOneLease = 2_000;

    private readonly WebApplication gateway;
    private readonly AdmissionService admission;
    private readonly RequestCredentials credentials;

    private AdmissionCost(WebApplication gateway, string key)
    {
        this.gateway = gateway;
        admission = gateway.Services.GetRequiredService<AdmissionService>();
        credentials = new(null, key, IPAddress.Loopback, RouteRules.Default);
    }

    /// <summary>Of the gateway in this process.</summary>
    public Uri Address => new(gateway.Urls.First());

    public static async Task<AdmissionCost> StartAsync(GatewayScenario scenario, CancellationToken ct) => new(await StartGatewayAsync(scenario, ct), scenario.Key);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        await using var cost = await StartAsync(scenario, ct);
        List<double> times = [];
        List<double> bytes = [];

        // The runtime compiles what is hot anew in the background; the first repetitions are its.
        for (var repetition = -3; repetition < GatewayBench.Repetitions; repetition++)
        {
            var time = await cost.TimeAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
            var allocated = AllocatedBy(cost.admission, cost.credentials);
            if (repetition >= 0)
            {
                times.Add(time);
                bytes.Add((double)allocated / CallsOfOneLease);
            }
        }

        return
        [
            new("Admission of a warm key (parse, look up, revocations, limit), µs", Goal.NoMoreThan("P7", 1, "µs").Timed(), Cell.Median(Statistics.Of(times))),
            new("the same: bytes allocated", Goal.NoMoreThan("P7", 0), Cell.Median(Statistics.Of(bytes))),
        ];
    }

    /// <returns>Microseconds of an admission.</returns>
    public async Task<double> TimeAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await AdmitAsync(admission, credentials, Calls);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Calls;
    }

    /// <returns>Admissions of a second, over a phase.</returns>
    public async Task<double> RateAsync(TimeSpan phase)
    {
        var started = Stopwatch.GetTimestamp();
        var admitted = 0;
        while (Stopwatch.GetElapsedTime(started) < phase)
        {
            await AdmitAsync(admission, credentials, Calls / 10);
            admitted += Calls / 10;
        }

        return admitted / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    private static async Task AdmitAsync(AdmissionService admission, RequestCredentials credentials, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            var result = admission.AdmitAsync(credentials, CancellationToken.None);
            if ((result.IsCompletedSuccessfully ? result.Result : await result).Outcome != AdmissionOutcome.Admitted)
            {
                throw new InvalidOperationException("The key was not admitted.");
            }
        }
    }

    private static long AllocatedBy(AdmissionService admission, RequestCredentials credentials)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < CallsOfOneLease; i++)
        {
            var result = admission.AdmitAsync(credentials, CancellationToken.None);
            if (!result.IsCompletedSuccessfully || result.Result.Outcome != AdmissionOutcome.Admitted)
            {
                throw new InvalidOperationException("Redis was asked.");
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task<WebApplication> StartGatewayAsync(GatewayScenario scenario, CancellationToken ct)
    {
        var settings = scenario.SettingsOf(new Dictionary<string, string>(GatewayScenario.Unlimited) { ["RateLimits:LargestLease"] = "10000", ["urls"] = "http://127.0.0.1:0" });
        var builder = WebApplication.CreateBuilder([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.AddServiceDefaults(ServiceRole.Edge);
        builder.AddGatewayServices();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.UseConventions();
        app.UseAdmission();
        app.MapGatewayHealth();
        app.MapLive();
        await app.StartAsync(ct);
        return app;
    }
}
