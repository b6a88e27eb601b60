using System.Net.Http.Json;

namespace Gaia.Tests.Survival;

/// <summary>A node as a process of its own, whose links to Redis and NATS are its own to break.</summary>
internal sealed class Node : LocalServer
{
    private readonly HttpClient http;
    private readonly string postgres;
    private int life;

    private Node(int redis, int nats, string postgres)
    {
        this.postgres = postgres;
        Redis = FaultProxy.Start(redis);
        Nats = FaultProxy.Start(nats);
        http = new() { BaseAddress = new($"http://127.0.0.1:{Port}") };
    }

    public FaultProxy Redis { get; }

    public FaultProxy Nats { get; }

    /// <summary>Grows when the node dies and when it is born again. What was asked in one life and not answered in it counts for nothing.</summary>
    public int Life => Volatile.Read(ref life);

    public bool Lives => Life % 2 is 0;

    public static Task<Node> StartAsync(int redis, int nats, string postgres) => StartAsync(new Node(redis, nats, postgres), CancellationToken.None);

    /// <summary>SIGKILL.</summary>
    public async Task DieAsync()
    {
        Interlocked.Increment(ref life);
        await KillAsync();
    }

    public async Task ReviveAsync()
    {
        await RestartAsync();
        Interlocked.Increment(ref life);
    }

    public async Task<NodeRead> ReadAsync(string region, string id) =>
        (await http.GetFromJsonAsync<NodeRead>($"/{region}/{id}"))!;

    /// <returns>The document's new version.</returns>
    public async Task<long> ChangeAsync(string id)
    {
        using var changed = await http.PostAsync(new Uri($"/{id}", UriKind.Relative), content: null);
        return await changed.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<long>();
    }

    public async Task<NodeState> StateAsync(CancellationToken ct = default) => (await http.GetFromJsonAsync<NodeState>("/state", ct))!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Redis.DisposeAsync();
        await Nats.DisposeAsync();
        http.Dispose();
    }

    protected override IEnumerable<string> CommandLine =>
        ["dotnet", typeof(Node).Assembly.Location, NodeProgram.Name, $"{Port}", $"127.0.0.1:{Redis.Port}", NatsServer.UrlAt(Nats.Port), postgres];

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            await StateAsync(ct);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
