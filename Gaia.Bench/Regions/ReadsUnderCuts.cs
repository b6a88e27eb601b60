using System.Collections.Concurrent;
using System.Globalization;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Regions;

/// <summary>Reads in the other region, all the time, while home changes what is read and the region is cut off again and again.</summary>
internal sealed class ReadsUnderCuts(RegionScenario scenario)
{
    private const int Readers = 4;

    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<int, long> changedAt = new();
    private readonly Lock gate = new();
    private long reads;
    private long refusals;
    private long tooOld;
    private double oldest;
    private int last;

    public async Task<IReadOnlyList<Row>> RunAsync(int cuts, TimeSpan roundTrip, CancellationToken ct)
    {
        last = await scenario.ReadAwayAsync(ct) ?? 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writer = ChangeAsync(stop.Token);
        var readers = Enumerable.Range(0, Readers).Select(_ => ReadAsync(stop.Token)).ToList();
        List<double> healing = [];
        for (var i = 0; i < cuts; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
            scenario.Cut();
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200, 4_000)), ct);
            var (healed, known) = (TimeProvider.System.GetTimestamp(), Volatile.Read(ref last));
            scenario.Slow(roundTrip);
            while (!(await scenario.ReadAwayAsync(ct) >= known))
            {
                ct.ThrowIfCancellationRequested();
            }

            healing.Add(TimeProvider.System.GetElapsedTime(healed).TotalMilliseconds);
        }

        await stop.CancelAsync();
        await Task.WhenAll([writer, .. readers]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var of = string.Create(CultureInfo.InvariantCulture, $"{reads:#,0} reads and {refusals:#,0} refusals over {cuts} cuts of up to 4 s");
        return
        [
            new($"{of}: reads older than the bound of {RegionScenario.Bound.TotalSeconds} s", Goal.NoMoreThan("regions", 0), new Cell(Cell.Number(tooOld), tooOld)),
            new("oldest of them, s", null, new Cell(Cell.Number(oldest))),
            new("from the end of a cut until what home has is read there, p99 ms", Goal.NoMoreThan("regions", roundTrip.TotalMilliseconds + 100, "ms").Timed(), RegionsBench.P99(healing)),
        ];
    }

    private async Task ChangeAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            changedAt[last + 1] = await scenario.ChangeAsync(last + 1, ct);
            Volatile.Write(ref last, last + 1);
            await Task.Delay(BetweenChanges, ct);
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var began = TimeProvider.System.GetTimestamp();
            if (await scenario.ReadAwayAsync(ct) is not { } read)
            {
                Interlocked.Increment(ref refusals);
                continue;
            }

            Interlocked.Increment(ref reads);

            // It has been old since the next change was made.
            if (changedAt.TryGetValue(read + 1, out var outdated) && outdated < began)
            {
                var age = TimeProvider.System.GetElapsedTime(outdated, began).TotalSeconds;
                if (age > RegionScenario.Bound.TotalSeconds)
                {
                    Interlocked.Increment(ref tooOld);
                }

                lock (gate)
                {
                    oldest = Math.Max(oldest, age);
                }
            }
        }
    }
}
