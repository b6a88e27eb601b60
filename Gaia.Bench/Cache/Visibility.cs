using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;
using NATS.Client.Core;

namespace Gaia.Bench.Cache;

/// <summary>
/// P14: from the moment when node A is told of a change until a read that begins on node B returns it, against a bare NATS
/// message on its way from one connection to another. Both are watched by the same loop.
/// </summary>
internal static class Visibility
{
    private const int Changes = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        List<Cell> ratios = [];
        List<Cell> times = [];
        foreach (var make in Make.All)
        {
            var (ratio, time) = await MeasureAsync(make, ct);
            ratios.Add(ratio);
            times.Add(time);
        }

        return
        [
            new("Change on node A visible on node B: p99 / p99 of a bare NATS message", Goal.NoMoreThan("P14", 2), [.. ratios]),
            new("the same: p99, ms", null, [.. times]),
        ];
    }

    private static async Task<(Cell Ratio, Cell Time)> MeasureAsync(Make make, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        await using var writer = await servers.StartNodeAsync(make, ct);
        await using var reader = await servers.StartNodeAsync(make, ct);
        await using var wire = await BareMessages.StartAsync(servers.Nats.Url, ct);

        List<double> ratios = [];
        List<double> times = [];
        for (var repetition = 0; repetition <= CacheBench.Repetitions; repetition++)
        {
            if (await P99Async(version => wire.SendAsync(version, ct), () => wire.Received) is not { } bare
                || await ChangesAsync(writer, reader, ct) is not { } cached)
            {
                var never = new Cell($"not within {Patience.TotalSeconds} s");
                return (never, never);
            }

            // The first repetition warms up.
            if (repetition > 0)
            {
                ratios.Add(cached / bare);
                times.Add(cached);
            }
        }

        return (Cell.Median(Statistics.Of(ratios)), Cell.Median(Statistics.Of(times)));
    }

    private static async Task<double?> ChangesAsync(ICacheNode writer, ICacheNode reader, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        var current = Persona.New(id);
        ValueTask<Persona> Load(CancellationToken _) => new(Volatile.Read(ref current));
        long Read() => reader.GetAsync(id, Load, ct).AsTask().GetAwaiter().GetResult().Version;

        // Both nodes hold it, as nodes do that people talk to.
        await writer.GetAsync(id, Load, ct);
        Read();
        return await P99Async(
            version =>
            {
                Volatile.Write(ref current, Persona.New(id, version));
                return writer.ChangedAsync(id, version, ct);
            },
            Read);
    }

    /// <summary>Makes changes one by one while a thread watches for them.</summary>
    /// <returns>Milliseconds; null when one did not arrive.</returns>
    private static async Task<double?> P99Async(Func<long, Task> change, Func<long> observe)
    {
        List<double> delays = [];
        for (var version = 2L; version < Changes + 2; version++)
        {
            var awaited = version;
            var start = TimeProvider.System.GetTimestamp();
            var watching = Task.Factory.StartNew(() => Watch(observe, awaited, start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await change(version);
            if (await watching is not { } delay)
            {
                return null;
            }

            delays.Add(delay.TotalMilliseconds);
        }

        return Statistics.Of(delays).P99;
    }

    private static TimeSpan? Watch(Func<long> observe, long version, long start)
    {
        while (true)
        {
            // When the read began, as the time that a miss takes is not staleness.
            var began = TimeProvider.System.GetElapsedTime(start);
            if (observe() >= version)
            {
                return began;
            }

            if (began > Patience)
            {
                return null;
            }

            Thread.Yield();
        }
    }
}
