using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>P10: many read one hot persona while the node must not trust its memory and Redis is unavailable. How many reach the database?</summary>
internal static class UntrustedHotKey
{
    private const int Readers = 200;
    private static readonly TimeSpan SourceTime = TimeSpan.FromMilliseconds(10);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct) =>
    [
        new(
            $"Memory untrusted, Redis unavailable, {Readers} concurrent reads of a hot key: loads",
            Goal.NoMoreThan("P10", 1),
            await Make.CellsAsync(make => MeasureAsync(make, ct))),
    ];

    private static async Task<Cell> MeasureAsync(Make make, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        await using var redisLink = FaultProxy.Start(servers.Redis.Port);
        await using var natsLink = FaultProxy.Start(servers.Nats.Port);
        await using var node = await servers.StartNodeAsync(make, redisLink, natsLink, ct);

        Guid[] hot = [.. Enumerable.Range(0, CacheBench.Repetitions).Select(_ => Guid.CreateVersion7())];
        foreach (var id in hot)
        {
            await node.GetAsync(id, _ => new(SamplePersona.New(id)), ct);
        }

        natsLink.Cut();
        redisLink.Cut();
        await node.WaitUntilUntrustedAsync(ct);

        List<double> loads = [];
        foreach (var id in hot)
        {
            var source = new Source(SourceTime);
            await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(async () => await node.GetUntrustedAsync(id, source.LoadAsync, ct), ct)));
            loads.Add(source.Runs > 0 ? source.Runs : throw new InvalidOperationException($"{make.Name} answered from memory: it was not untrusted."));
        }

        return Cell.Worst(Statistics.Of(loads));
    }
}
