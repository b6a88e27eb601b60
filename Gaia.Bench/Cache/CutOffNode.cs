using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>
/// P16: a node loses its links to Redis and NATS, a persona that it holds changes, and the links come back.
/// For how long does the node answer with the old one, while cut off and after reconnecting?
/// </summary>
internal static class CutOffNode
{
    /// <summary>Shorter than the staleness bound, so that the node still trusts its memory when the links come back.</summary>
    private static readonly TimeSpan ShortCut = TimeSpan.FromSeconds(1);

    /// <summary>Longer than the staleness bound.</summary>
    private static readonly TimeSpan LongCut = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(3);

    /// <summary>Milliseconds from the change, and from the reconnection, to the last old answer.</summary>
    private sealed record Staleness(double CutOff, double Reconnected);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        List<Cell> cutOff = [];
        List<Cell> reconnected = [];
        foreach (var make in Make.All)
        {
            var brief = await MeasureAsync(make, ShortCut, ct);
            var lengthy = await MeasureAsync(make, LongCut, ct);
            reconnected.Add(Told(brief.Select(staleness => staleness.Reconnected), Afterwards));
            cutOff.Add(Told(lengthy.Select(staleness => staleness.CutOff), LongCut));
        }

        return
        [
            new($"Node cut off for {ShortCut.TotalSeconds} s: old answers after reconnecting, worst ms", Goal.NoMoreThan("P16", 100, "ms").Timed(), [.. reconnected]),
            new($"Node cut off for {LongCut.TotalSeconds} s: old answers while cut off, worst ms", Goal.NoMoreThan("P16", 2_000, "ms").Timed(), [.. cutOff]),
        ];
    }

    private static Cell Told(IEnumerable<double> staleness, TimeSpan watched)
    {
        var repetitions = Statistics.Of(staleness);
        return repetitions.Maximum >= watched.TotalMilliseconds * 0.99
            ? new Cell($"all of {Cell.Number(watched.TotalMilliseconds)} watched", double.PositiveInfinity)
            : Cell.Worst(repetitions);
    }

    private static async Task<Staleness[]> MeasureAsync(Make make, TimeSpan cut, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        await using var writer = await servers.StartNodeAsync(make, ct);
        return await Task.WhenAll(Enumerable.Range(0, CacheBench.Repetitions).Select(_ => CutOnceAsync(servers, make, writer, cut, ct)));
    }

    private static async Task<Staleness> CutOnceAsync(CacheServers servers, Make make, ICacheNode writer, TimeSpan cut, CancellationToken ct)
    {
        await using var redisLink = FaultProxy.Start(servers.Redis.Port);
        await using var natsLink = FaultProxy.Start(servers.Nats.Port);
        await using var reader = await servers.StartNodeAsync(make, redisLink, natsLink, ct);

        var id = Guid.CreateVersion7();
        var current = SamplePersona.New(id);
        ValueTask<SamplePersona> Load(CancellationToken _) => new(Volatile.Read(ref current));
        await reader.GetAsync(id, Load, ct);

        redisLink.Cut();
        natsLink.Cut();
        Volatile.Write(ref current, SamplePersona.New(id, 2));
        var changed = TimeProvider.System.GetTimestamp();
        await writer.ChangedAsync(id, 2, ct);
        var whileCutOff = await LastOldAnswerAsync(changed, cut);

        FaultProxy[] links = [redisLink, natsLink];
        var before = links.Select(link => link.BytesToClients).ToArray();
        foreach (var link in links)
        {
            link.Heal();
        }

        await Eventually.IsTrueAsync(() => links.Zip(before).Any(link => link.First.BytesToClients > link.Second), ct: ct);
        var reconnected = TimeProvider.System.GetTimestamp();
        var afterwards = await LastOldAnswerAsync(reconnected, Afterwards);
        return new(whileCutOff.TotalMilliseconds, afterwards.TotalMilliseconds);

        async Task<TimeSpan> LastOldAnswerAsync(long since, TimeSpan watched)
        {
            var last = TimeSpan.Zero;
            for (var now = TimeSpan.Zero; now < watched; now = TimeProvider.System.GetElapsedTime(since))
            {
                if ((await reader.GetAsync(id, Load, ct)).Version < 2)
                {
                    last = now;
                }

                await Task.Delay(1, ct);
            }

            return last;
        }
    }
}
