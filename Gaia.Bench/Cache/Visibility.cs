using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>
/// P14: from the moment when node A is told of a change until a read that begins on node B returns it, against a bare NATS
/// message on its way from one connection to another. Both are watched by the same thread, and take turns change by change:
/// apart from each other, a slow moment of the machine would fall on one of them.
/// </summary>
internal static class Visibility
{
    private const int Changes = 400;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private sealed record Delays(Statistics Bare, Statistics Cached);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        List<List<Delays>?> all = [];
        foreach (var make in Make.All)
        {
            all.Add(await MeasureAsync(make, ct));
        }

        return
        [
            new("Change on node A visible on node B: p99 / p99 of a bare NATS message", Goal.NoMoreThan("P14", 2).Timed(), Cells(d => d.Cached.P99 / d.Bare.P99)),
            new("the same: p50 / p50", null, Cells(d => d.Cached.P50 / d.Bare.P50)),
            new("the same: p99, ms", null, Cells(d => d.Cached.P99)),
            new("the same: p50, ms", null, Cells(d => d.Cached.P50)),
        ];

        Cell[] Cells(Func<Delays, double> figure) =>
            [.. all.Select(delays => delays is null ? new($"not within {Timeout.TotalSeconds} s") : Cell.Median(Statistics.Of(delays.Select(figure))))];
    }

    /// <returns>Null when node B never saw a change.</returns>
    private static async Task<List<Delays>?> MeasureAsync(Make make, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        await using var writer = await servers.StartNodeAsync(make, ct);
        await using var reader = await servers.StartNodeAsync(make, ct);
        await using var wire = await BareMessages.StartAsync(servers.Nats.Url, ct);
        var shared = new SharedPersona(writer, reader);
        await shared.WarmAsync(ct);

        var version = 1L;
        List<Delays> repetitions = [];
        for (var repetition = 0; repetition <= CacheBench.Repetitions; repetition++)
        {
            List<double> bare = [];
            List<double> cached = [];
            while (cached.Count < Changes)
            {
                version++;
                if (await DelayAsync(() => wire.Received, () => wire.SendAsync(version, ct), version) is not { } message)
                {
                    throw new InvalidOperationException("A bare NATS message was lost.");
                }

                await shared.RequireHitAsync(ct);
                if (await DelayAsync(() => shared.Read(ct), () => shared.ChangeAsync(version, ct), version) is not { } change)
                {
                    return null;
                }

                bare.Add(message);
                cached.Add(change);
            }

            // The first repetition warms up.
            if (repetition > 0)
            {
                repetitions.Add(new(Statistics.Of(bare), Statistics.Of(cached)));
            }
        }

        return repetitions;
    }

    /// <returns>Milliseconds; null when the version was not seen.</returns>
    private static async Task<double?> DelayAsync(Func<long> observe, Func<Task> change, long version)
    {
        using var watch = new Watch(observe, version);
        await watch.Looking;
        var began = TimeProvider.System.GetTimestamp();
        await change();
        return await watch.SeenAsync(Timeout) is { } seen ? TimeProvider.System.GetElapsedTime(began, seen).TotalMilliseconds : null;
    }
}
