using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Chat;

/// <summary>P19: what a chat completion takes longer through Gaia (gateway and Chat, with key and limit) than straight from the model server, which answers at once.</summary>
internal static class AddedLatency
{
    private const double Rate = 200;
    private const int Connections = 32;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(3);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var comparison = await Comparison.StartAsync(TimeSpan.Zero, ct);
        var figures = await comparison.RunAsync(
            $$"""{"model":"{{ModelServer.Model}}","messages":[{"role":"user","content":"{{ModelServer.Question}}"}]}""",
            target => OpenLoop.MeasureAsync(target, Rate, Connections, Phase, ct),
            ct);
        return
        [
            new($"Chat completion, {Rate} a second: latency added, p50", Goal.NoMoreThan("P19", 0.5, "ms").Timed(), Comparison.Added(figures, s => s.P50)),
            new("the same: p99", null, Comparison.Added(figures, s => s.P99)),
        ];
    }
}
