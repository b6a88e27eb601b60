using System.Collections.Concurrent;
using System.Globalization;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;
using Gaia.Testing.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Bench.Journal;

/// <summary>
/// Kills a writer with its dispatcher, a reader, and Redis at random moments of many events and counts what was lost or had two effects; then measures how fast
/// events arrive, what they cost in Redis, and how fast old ones are read.
/// </summary>
internal static class JournalBench
{
    private const int WriterPause = 40;
    private const int SteadySeconds = 30;
    private const int SteadyPause = 5;
    // A process that was killed takes some seconds until it writes or reads again.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Commands that only scripts ran, which are billed as one.</summary>
    private static readonly string[] InScripts = ["xadd", "xinfo|stream"];

    /// <param name="events">How many at least are written under faults.</param>
    /// <param name="kills">How many faults at least.</param>
    public static async Task<Table> RunAsync(int events, int kills, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia");
        await using var scenario = await JournalScenario.StartAsync(ct);
        var (written, faults) = await BreakAsync(scenario, events, kills, ct);
        var (lost, twice, outOfOrder) = await scenario.CheckAsync(ct);
        table.Note(string.Create(CultureInfo.InvariantCulture, $"{written} events, {faults} faults"));
        table.Add(new("events without an effect", Goal.NoMoreThan("lost", 0), Exact(lost)));
        table.Add(new("events with two effects", Goal.NoMoreThan("twice", 0), Exact(twice)));
        table.Add(new("events before an earlier one of their subject", Goal.NoMoreThan("order", 0), Exact(outOfOrder)));

        var (latency, commands) = await MeasureAsync(scenario, ct);
        table.Add(new("commit to handler, p99", Goal.NoMoreThan("latency", 20, "ms").Timed(), new Cell($"{Cell.Number(latency.P99)} ms, p50 {Cell.Number(latency.P50)} ms", latency.P99)));
        table.Add(new("Redis commands per event, one group, one event at a time", Goal.NoMoreThan("commands", 3), new Cell(Cell.Number(commands), commands)));
        var rate = await ReplayAsync(scenario, ct);
        table.Add(new("events per second that a new group is given", Goal.NoLessThan("replay", 20_000).Timed(), new Cell(Cell.Number(rate), rate)));
        return table;
    }

    private static async Task<(int Events, int Faults)> BreakAsync(JournalScenario scenario, int events, int kills, CancellationToken ct)
    {
        await using var writer = await JournalProcess.StartAsync([JournalWorker.Writer, scenario.Database, scenario.Redis.ConnectionString, $"{WriterPause}"], ct);
        await using var reader = await JournalProcess.StartAsync([JournalWorker.Reader, scenario.Database, scenario.Redis.ConnectionString], ct);
        Func<Task>[] faults =
        [
            () => writer.RestartAsync(ct),
            () => reader.RestartAsync(ct),
            () => scenario.Redis.CommandAsync("FLUSHALL", ct),
            () => scenario.Redis.RestartAsync(ct),
        ];
        var done = 0;
        while (done < kills || await scenario.EventsAsync(ct) < events)
        {
            await Task.Delay(LongestPause * Random.Shared.NextDouble(), ct);
            await faults[Random.Shared.Next(faults.Length)]();
            done++;
        }

        // Only what its dispatcher has not appended yet is waited for: nothing new is written.
        await writer.KillAsync(ct);
        var written = await scenario.EventsAsync(ct);
        using var dispatcher = await JournalHost.StartWriterAsync(scenario.Database, scenario.Redis.ConnectionString);
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = scenario.Open();
                return await db.Seen.Select(seen => seen.Position).Distinct().CountAsync(ct) == await scenario.EventsAsync(ct);
            },
            Deadline,
            ct);
        await dispatcher.StopAsync(ct);
        return (written, done);
    }

    private static async Task<(Statistics Latency, double Commands)> MeasureAsync(JournalScenario scenario, CancellationToken ct)
    {
        ConcurrentQueue<double> latencies = [];
        using var writer = await JournalHost.StartWriterAsync(scenario.Database, scenario.Redis.ConnectionString);
        using var reader = await JournalHost.StartReaderAsync(scenario.Database, scenario.Redis.ConnectionString, JournalWorker.Group, batch: 100, (_, @event, _) =>
        {
            latencies.Enqueue((DateTimeOffset.UtcNow - @event.Time).TotalMilliseconds);
            return Task.CompletedTask;
        });
        await WriteAsync(TimeSpan.FromSeconds(5));
        latencies.Clear();
        var before = await scenario.Redis.CountByCommandAsync(ct);
        var written = await WriteAsync(TimeSpan.FromSeconds(SteadySeconds));
        await Eventually.IsTrueAsync(() => latencies.Count >= written, Deadline, ct);
        var after = await scenario.Redis.CountByCommandAsync(ct);
        await reader.StopAsync(ct);
        await writer.StopAsync(ct);
        var commands = after.Where(one => one.Key is not "info" && !InScripts.Contains(one.Key)).Sum(one => one.Value - before.GetValueOrDefault(one.Key));
        return (Statistics.Of(latencies), commands / written);

        async Task<int> WriteAsync(TimeSpan length)
        {
            var (since, count) = (TimeProvider.System.GetTimestamp(), 0);
            for (; TimeProvider.System.GetElapsedTime(since) < length; count++)
            {
                await using var scope = writer.Services.CreateAsyncScope();
                await JournalWorker.ChangeAsync(scope.ServiceProvider.GetRequiredService<ShelfDb>(), count: 1, ct);
                await Task.Delay(SteadyPause, ct);
            }

            return count;
        }
    }

    private static async Task<double> ReplayAsync(JournalScenario scenario, CancellationToken ct)
    {
        var (all, handled, since) = (await scenario.EventsAsync(ct), 0, TimeProvider.System.GetTimestamp());
        using var reader = await JournalHost.StartReaderAsync(scenario.Database, scenario.Redis.ConnectionString, "replay", batch: 1_000, (_, _, _) =>
        {
            handled++;
            return Task.CompletedTask;
        });
        await Eventually.IsTrueAsync(() => handled >= all, Deadline, ct);
        var rate = all / TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        await reader.StopAsync(ct);
        return rate;
    }

    private static Cell Exact(int number) => new(Cell.Number(number), number);
}
