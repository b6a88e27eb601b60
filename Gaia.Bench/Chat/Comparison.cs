using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Chat;

/// <summary>Calls of a model through Gaia, through Portkey, and straight to the model server, by turns.</summary>
internal sealed class Comparison : IAsyncDisposable
{
    private readonly ModelServer models;
    private readonly ChatScenario scene;
    private readonly Portkey? portkey;

    private Comparison(ModelServer models, ChatScenario scene, Portkey? portkey) => (this.models, this.scene, this.portkey) = (models, scene, portkey);

    public TimeSpan StreamDuration => models.Duration;

    /// <param name="pause">Between two words of a stream.</param>
    public static async Task<Comparison> StartAsync(TimeSpan pause, CancellationToken ct)
    {
        var models = await ModelServer.StartAsync(pause, ct);
        var scene = await ChatScenario.StartAsync(models, ct);
        return new(models, scene, Portkey.InstallHint is null ? await Portkey.StartAsync(Cores.Measured, ct) : null);
    }

    /// <param name="body">Of the call.</param>
    /// <param name="measure">One figure of one way to the model, in milliseconds.</param>
    public Task<List<Figures>> RunAsync(string body, Func<Target, Task<Statistics>> measure, CancellationToken ct) =>
        RunAsync("/v1/chat/completions", portkey, body, measure, ct);

    /// <summary>The same as an answer in a conversation, which Gaia stores; nobody else has such.</summary>
    public Task<List<Figures>> RunConversationsAsync(string body, Func<Target, Task<Statistics>> measure, CancellationToken ct) =>
        RunAsync("/api/v1/chat", null, body, measure, ct);

    /// <summary>The cells of a row: what Gaia and Portkey add to the model server's own time, and that time.</summary>
    public static Cell[] Added(IReadOnlyList<Figures> figures, Func<Statistics, double> which) =>
    [
        Cell.Median(Statistics.Of(figures.Select(f => which(f.Gaia) - which(f.Direct))), "ms"),
        figures.All(f => f.Portkey is null) ? Cell.None : Cell.Median(Statistics.Of(figures.Where(f => f.Portkey is not null).Select(f => which(f.Portkey!) - which(f.Direct))), "ms"),
        Cell.None,
        Cell.None,
        Cell.Median(Statistics.Of(figures.Select(f => which(f.Direct))), "ms in all"),
    ];

    public async ValueTask DisposeAsync()
    {
        if (portkey is not null)
        {
            await portkey.DisposeAsync();
        }

        await scene.DisposeAsync();
        await models.DisposeAsync();
    }

    private async Task<List<Figures>> RunAsync(string path, Portkey? peer, string body, Func<Target, Task<Statistics>> measure, CancellationToken ct)
    {
        const string ModelPath = "/chat/completions";
        var direct = new Target(new Uri($"{models.Address}{ModelPath}")) { Body = body };
        var ours = scene.Target(path) with { Body = body };
        var theirs = peer is null ? null : peer.Target(ModelPath, models.Address) with { Body = body };
        foreach (var target in theirs is null ? [direct, ours] : new[] { direct, ours, theirs })
        {
            await Warmup.RunAsync(target with { Body = body.Replace(ModelServer.Question, ModelServer.ImmediateQuestion, StringComparison.Ordinal) }, ct);
        }

        List<Figures> figures = [];
        for (var repetition = 0; repetition < ChatBench.Repetitions; repetition++)
        {
            var (itself, other) = (await measure(direct), theirs is null ? null : await PeerAsync(() => measure(theirs)));
            figures.Add(new(await measure(ours), other, itself));
        }

        return figures;
    }

    /// <summary>A peer that fails under the load is not measured; only Gaia has to stand it.</summary>
    private static async Task<Statistics?> PeerAsync(Func<Task<Statistics>> measure)
    {
        try
        {
            return await measure();
        }
        catch (InvalidOperationException failure)
        {
            await Console.Error.WriteLineAsync($"Portkey is not measured: {failure.Message}");
            return null;
        }
    }

    /// <summary>One repetition.</summary>
    internal sealed record Figures(Statistics Gaia, Statistics? Portkey, Statistics Direct);
}
