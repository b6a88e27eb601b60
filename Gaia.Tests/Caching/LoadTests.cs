using Gaia.Caching;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

/// <summary>Sources that misbehave.</summary>
public sealed class LoadTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_reaches_everybody_who_waits_and_is_not_remembered()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var loads = 0;
        var source = new TaskCompletionSource<Doc?>();

        var reads = Enumerable.Range(0, 20).Select(_ => node.ReadAsync(Doc.ByRow, "error", LoadAsync)).ToArray();
        source.SetException(new InvalidDataException("broken"));
        foreach (var read in reads)
        {
            Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(() => read)).Message);
        }

        Assert.Equal(1, loads);
        await Soon.PassesAsync(async () => Assert.Equal("0", await servers.AskRedisAsync("EXISTS doc:error lock:{doc:error}")));
        Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, new Doc("error", 1))).Version);

        Task<Doc?> LoadAsync()
        {
            Interlocked.Increment(ref loads);
            return source.Task;
        }
    }

    [Fact]
    public async Task A_load_that_cancels_itself_fails_and_the_next_read_loads_again()
    {
        await using var node = await CacheHost.StartAsync(servers);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.ReadAsync(Doc.ByRow, "cancelled", () => throw new OperationCanceledException()));

        Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, new Doc("cancelled", 1))).Version);
    }

    [Fact]
    public async Task A_load_that_never_ends_does_not_hold_up_those_who_come_later()
    {
        var time = new ManualTime();
        await using var node = await CacheHost.StartAsync(servers, services: services => services.AddSingleton<TimeProvider>(time));
        using var leaving = new CancellationTokenSource();
        var never = new TaskCompletionSource<Doc?>();
        var begun = new TaskCompletionSource();
        var hanging = node.Docs(Doc.ByRow).GetAsync("hung", LoadAsync, leaving.Token).AsTask();
        await begun.Task;

        time.Advance(TimeSpan.FromSeconds(31));
        await Soon.BecomesTrueAsync(() => node.Node.StalenessGuard.IsTrustedNow);

        Assert.Equal(2, (await node.ReadAsync(Doc.ByRow, new Doc("hung", 2))).Version);
        Assert.False(hanging.IsCompleted);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);

        Task<Doc?> LoadAsync(string id, CancellationToken ct)
        {
            begun.TrySetResult();
            return never.Task;
        }
    }

    [Fact]
    public async Task A_load_that_reads_its_own_key_is_told_so_instead_of_waiting_for_itself()
    {
        await using var node = await CacheHost.StartAsync(servers);

        var read = ReadAsync("a", () => ReadAsync("b", () => ReadAsync("a", None)));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => read.WaitAsync(Timeout, Stop));

        Assert.Contains("'doc:own-a'", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, new Doc("own-a", 1))).Version);
        Assert.Null(await ReadAsync("c", () => ReadAsync("d", None)));

        async Task<Doc?> ReadAsync(string id, Func<Task<Doc?>> load) => (await node.ReadAsync(Doc.ByRow, $"own-{id}", load)).Value;

        static Task<Doc?> None() => Task.FromResult<Doc?>(null);
    }

    [Fact]
    public async Task Loads_that_wait_for_each_other_are_told_so_instead_of_waiting_for_ever()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var begun = new[] { new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource() };

        var reads = Enumerable.Range(0, 3).Select(ReadAsync).ToArray();

        foreach (var read in reads)
        {
            Assert.Contains("neither would ever end", (await Assert.ThrowsAsync<InvalidOperationException>(() => read.WaitAsync(Timeout, Stop))).Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, new Doc("circle-0", 1))).Version);

        Task<Cached<Doc?>> ReadAsync(int place) => node.ReadAsync(Doc.ByRow, $"circle-{place}", async () =>
        {
            begun[place].SetResult();
            await Task.WhenAll(begun.Select(one => one.Task));
            return (await node.ReadAsync(Doc.ByRow, $"circle-{(place + 1) % 3}")).Value;
        });
    }

    [Fact]
    public async Task A_load_may_change_or_remove_its_own_key_and_is_not_kept_then()
    {
        await using var node = await CacheHost.StartAsync(servers);

        var read = await node.ReadAsync(Doc.ByTimestamp, "self", async () =>
        {
            await node.ChangeAsync(Doc.ByTimestamp, "self");
            return new Doc("self", 1);
        });

        Assert.Equal(1, read.Value!.Version);
        Assert.Equal(2, (await node.ReadAsync(Doc.ByTimestamp, new Doc("self", 2))).Value!.Version);
    }

    [Fact]
    public async Task Null_is_an_answer_like_any_other()
    {
        await using var node = await CacheHost.StartAsync(servers);
        await using var other = await CacheHost.StartAsync(servers);

        Assert.Null(await node.Cache.GetOrCreateAsync("null", _ => ValueTask.FromResult<string?>(null), cancellationToken: Stop));
        Assert.Null(await node.Cache.GetOrCreateAsync("null", _ => ValueTask.FromResult<string?>("not asked"), cancellationToken: Stop));
        await Soon.PassesAsync(async () => Assert.EndsWith("\"d\":null}", await servers.AskRedisAsync("GET null"), StringComparison.Ordinal));
        Assert.Null(await other.Cache.GetOrCreateAsync("null", _ => ValueTask.FromResult<string?>("not asked"), cancellationToken: Stop));
    }
}
