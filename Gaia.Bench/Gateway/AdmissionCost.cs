using System.Diagnostics;
using System.Net;
using Gaia.Bench.Reporting;
using Gaia.Gateway;
using Gaia.Gateway.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P7: what the gateway does to admit a request whose credential it knows, from the header's text to the decision. It runs in this process, in a gateway
/// that is otherwise as always: on Redis, NATS and Auth.
/// </summary>
internal static class AdmissionCost
{
    private const int Calls = 1_000_000;

    /// <summary>Fewer than a lease holds: what is allocated is counted between two questions to Redis, and time over as many as there are.</summary>
    private const int CallsOfOneLease = 2_000;

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        await using var gateway = await StartGatewayAsync(scenario, ct);
        var (admission, credentials) = (gateway.Services.GetRequiredService<AdmissionService>(), new RequestCredentials(null, scenario.Key, IPAddress.Loopback, RouteRules.Default));
        List<double> times = [];
        List<double> bytes = [];

        // The runtime compiles what is hot anew in the background; the first repetitions are its.
        for (var repetition = -3; repetition < GatewayBench.Repetitions; repetition++)
        {
            var started = Stopwatch.GetTimestamp();
            await AdmitAsync(admission, credentials, Calls);
            var time = Stopwatch.GetElapsedTime(started).TotalMicroseconds / Calls;
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
            var allocated = AllocatedBy(admission, credentials);
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
        await app.StartAsync(ct);
        return app;
    }
}
