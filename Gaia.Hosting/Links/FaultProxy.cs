using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gaia.Hosting;

/// <summary>
/// A TCP proxy on a free loopback port whose link can be made faulty while connections run through it.
/// Each fault replaces the one before and stays until <see cref="Heal"/>.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly string host;
    private volatile int port;
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> connections = new();
    private volatile LinkCondition condition = new(LinkState.Open);
    private Socket? listener;
    private Task accepting = Task.CompletedTask;
    private long accepted;
    private long bytesToTarget;
    private long bytesToClients;

    private FaultProxy(string host, int port)
    {
        this.host = host;
        this.port = port;
        Listen();
    }

    public static FaultProxy Start(int port) => Start("127.0.0.1", port);

    public static FaultProxy Start(string host, int port) => new(host, port);

    /// <summary>The loopback port that clients connect to; the same for the proxy's whole life.</summary>
    public int Port { get; } = FreePort.Next();

    public int OpenConnections => connections.Count;

    /// <summary>Connections accepted since the start, those reset at once included.</summary>
    public long AcceptedConnections => Interlocked.Read(ref accepted);

    public long BytesToTarget => Interlocked.Read(ref bytesToTarget);

    public long BytesToClients => Interlocked.Read(ref bytesToClients);

    /// <summary>Everything passes at once. Bytes held by <see cref="Blackhole"/> arrive now, late, as TCP would retransmit them.</summary>
    public void Heal() => Become(new(LinkState.Open));

    /// <summary>Delays every byte, in each direction.</summary>
    public void Delay(TimeSpan eachWay) => Become(new(LinkState.Open, latency: eachWay));

    /// <summary>Limits each direction of each connection.</summary>
    public void Throttle(long bytesPerSecond) => Become(new(LinkState.Open, bytesPerSecond: bytesPerSecond));

    /// <summary>Accepts connections and bytes but delivers nothing and closes nothing: what a dropped route looks like to both ends.</summary>
    public void Blackhole() => Become(new(LinkState.Silent));

    /// <summary>Ends open connections, and new ones after they were accepted, by TCP RST.</summary>
    public void Reset() => Become(new(LinkState.Resetting));

    /// <summary>Closes open connections and refuses new ones, as a stopped server does.</summary>
    public void Cut() => Become(new(LinkState.Refusing));

    /// <summary>Leads to another server from now on, as an address does that moves to a promoted replica; open connections are reset.</summary>
    public void MoveTo(int target)
    {
        port = target;
        Reset();
        Heal();
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await accepting;
        await Task.WhenAll(connections.Values);
    }

    internal LinkCondition Condition => condition;

    internal void CountToTarget(int bytes) => Interlocked.Add(ref bytesToTarget, bytes);

    internal void CountToClients(int bytes) => Interlocked.Add(ref bytesToClients, bytes);

    private void Become(LinkCondition next)
    {
        lock (gate)
        {
            var last = condition;
            condition = next;
            if (next.State == LinkState.Refusing)
            {
                listener?.Dispose();
                listener = null;
            }
            else if (listener is null)
            {
                Listen();
            }

            if (next.State is LinkState.Resetting or LinkState.Refusing)
            {
                foreach (var connection in connections.Keys)
                {
                    connection.Close(reset: next.State == LinkState.Resetting);
                }
            }

            last.Replace();
        }
    }

    private void Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        socket.Listen();
        listener = socket;
        accepting = AcceptAsync(socket, accepting);
    }

    private async Task AcceptAsync(Socket socket, Task previous)
    {
        await previous;
        try
        {
            while (true)
            {
                Admit(await socket.AcceptAsync());
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }

    private void Admit(Socket client)
    {
        Interlocked.Increment(ref accepted);
        var connection = new ProxiedConnection(this, client);
        lock (gate)
        {
            if (condition.State is LinkState.Resetting or LinkState.Refusing)
            {
                connection.Close(reset: condition.State == LinkState.Resetting);
                return;
            }

            // The entry goes in before the connection can end and take it out again.
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connections[connection] = RunAsync(connection, start.Task);
            start.SetResult();
        }
    }

    private async Task RunAsync(ProxiedConnection connection, Task start)
    {
        await start;
        using (connection)
        {
            await connection.RunAsync(host, port);
        }

        connections.TryRemove(connection, out _);
    }
}
