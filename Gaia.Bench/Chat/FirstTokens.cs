using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Chat;

/// <summary>
/// P20: how much later the first token comes through Gaia than straight from the model server, which sends it at once and then a word every 100 ms, while 500
/// streams run.
/// </summary>
internal static class FirstTokens
{
    private const int Streams = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(3);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var comparison = await Comparison.StartAsync(Pause, ct);
        var rate = Streams / comparison.StreamDuration.TotalSeconds;
        var ask = $$"""{"model":"{{ModelServer.Model}}","stream":true,"messages":[{"role":"user","content":"{{ModelServer.Question}}"}]}""";
        var figures = await comparison.RunAsync(ask, Measure, ct);
        var conversations = await comparison.RunConversationsAsync(ask, Measure, ct);
        return
        [
            new($"First token with {Streams} streams, {Cell.Number(rate)} new ones a second: added, p50", Goal.NoMoreThan("P20", 2, "ms").Timed(), Comparison.Added(figures, s => s.P50)),
            new("the same: p99", null, Comparison.Added(figures, s => s.P99)),
            new("the same in conversations, which are stored and can be resumed: p50", null, Comparison.Added(conversations, s => s.P50)),
            new("the same: p99", null, Comparison.Added(conversations, s => s.P99)),
        ];

        // As many come as end: half as many again find a connection when chance brings more at once.
        Task<Statistics> Measure(Target target) =>
            OpenLoop.MeasureAsync(target with { Until = ModelServer.FirstWord }, rate, Streams * 3 / 2, Phase, ct, warmup: comparison.StreamDuration);
    }
}
