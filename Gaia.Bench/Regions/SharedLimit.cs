using System.Globalization;
using System.Net;
using Gaia.Bench.Reporting;
using Gaia.Gateway.Limits;

namespace Gaia.Bench.Regions;

/// <summary>One key that asks both regions at once for far more than its limit.</summary>
internal sealed class SharedLimit(RegionScenario scenario)
{
    private const int Limit = 6_000;
    private const int ClientsOfRegion = 4;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>How often regions tell each other.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Requests on leases that Redis and the other region have not heard of, whatever number of gateways.</summary>
    private static readonly int Leases = Limit / new RateLimitOptions().LeaseShare;

    private readonly Lock gate = new();
    private int admitted;
    private int refused;
    private double most;
    private double fastest;

    public async Task<Row> RunAsync(string at, TimeSpan roundTrip, CancellationToken ct)
    {
        var (id, key) = await scenario.Account.CreateKeyAsync(ct, Limit);
        while (await scenario.StatusAwayAsync(key, ct) != HttpStatusCode.OK)
        {
            ct.ThrowIfCancellationRequested();
        }

        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, ClientsOfRegion).SelectMany(_ => new[] { AskAsync(scenario.Home, key, began, ct), AskAsync(scenario.Away, key, began, ct) }));
        await scenario.Account.RevokeKeyAsync(id, ct);

        // Until the other region hears of it, each admits what it is asked for: so fast were both together before the limit was reached.
        var bound = Leases + (fastest * (roundTrip + Interval).TotalSeconds);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{at}admitted beyond a shared limit of {Limit:#,0} a minute, at most ({admitted:#,0} of {admitted + refused:#,0} requests)"),
            Goal.NoMoreThan("regions", Math.Round(bound), "requests"),
            new Cell(Cell.Number(Math.Max(0, most)), Math.Max(0, most)));
    }

    private async Task AskAsync(HttpClient gateway, string key, long began, CancellationToken ct)
    {
        while (TimeProvider.System.GetElapsedTime(began) < Duration)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{RegionScenario.Personas}/{scenario.Persona}");
            request.Headers.Add("X-API-Key", key);
            using var answer = await gateway.SendAsync(request, ct);
            Count(answer.StatusCode, TimeProvider.System.GetElapsedTime(began));
        }
    }

    private void Count(HttpStatusCode status, TimeSpan elapsed)
    {
        lock (gate)
        {
            _ = status == HttpStatusCode.OK ? admitted++ : refused++;
            most = Math.Max(most, admitted - Limit - (Limit * (elapsed / Window)));
            fastest = refused == 0 ? admitted / elapsed.TotalSeconds : fastest;
        }
    }
}
