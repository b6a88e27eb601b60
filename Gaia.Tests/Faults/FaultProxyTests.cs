using System.Net;
using System.Net.Sockets;

namespace Gaia.Tests.Faults;

public sealed class FaultProxyTests : IAsyncDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly EchoServer echo;
    private readonly FaultProxy proxy;

    public FaultProxyTests()
    {
        echo = new();
        proxy = FaultProxy.Start(echo.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await echo.DisposeAsync();
    }

    [Fact]
    public async Task A_healthy_link_carries_bytes_both_ways_and_counts_them()
    {
        using var client = await ConnectAsync();
        var sent = new byte[1_000_000];
        Random.Shared.NextBytes(sent);

        var received = await ExchangeAsync(client, sent);

        Assert.Equal(sent, received);
        Assert.Equal(1, proxy.AcceptedConnections);
        Assert.Equal(1, proxy.OpenConnections);
        Assert.Equal(sent.Length, proxy.BytesToTarget);
        await Eventually.IsTrueAsync(() => proxy.BytesToClients == sent.Length, ct: Ct);
    }

    [Fact]
    public async Task A_client_that_stops_sending_still_gets_the_rest_of_its_answer()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(new byte[100], Ct);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(100, (await ReadToEndAsync(client)).Length);
        await Eventually.IsTrueAsync(() => proxy.OpenConnections == 0, ct: Ct);
    }

    [Fact]
    public async Task A_delayed_link_is_late_in_both_directions()
    {
        using var client = await ConnectAsync();
        proxy.Delay(TimeSpan.FromMilliseconds(100));

        var started = TimeProvider.System.GetTimestamp();
        await ExchangeAsync(client, new byte[10]);

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(195));
    }

    [Fact]
    public async Task A_throttled_link_takes_as_long_as_its_rate_says()
    {
        using var client = await ConnectAsync();
        proxy.Throttle(bytesPerSecond: 200_000);

        var started = TimeProvider.System.GetTimestamp();
        await ExchangeAsync(client, new byte[100_000]);

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(450));
    }

    [Fact]
    public async Task A_black_hole_keeps_connections_open_and_delivers_what_it_held_once_healed()
    {
        using var before = await ConnectAsync();
        await ExchangeAsync(before, [1]);
        var delivered = proxy.BytesToTarget;

        proxy.Blackhole();
        using var during = await ConnectAsync();
        await before.SendAsync("a"u8.ToArray(), Ct);
        await during.SendAsync("b"u8.ToArray(), Ct);
        await Eventually.IsTrueAsync(() => proxy.OpenConnections == 2, ct: Ct);
        Assert.Equal(delivered, proxy.BytesToTarget);

        proxy.Heal();
        Assert.Equal("a"u8.ToArray(), await ReadAsync(before, 1));
        Assert.Equal("b"u8.ToArray(), await ReadAsync(during, 1));
    }

    [Fact]
    public async Task A_link_that_resets_ends_open_and_new_connections_by_RST()
    {
        using var before = await ConnectAsync();
        await ExchangeAsync(before, [1]);

        proxy.Reset();
        await AssertResetAsync(() => before.ReceiveAsync(new byte[1], Ct).AsTask());
        await AssertResetAsync(async () =>
        {
            using var during = await ConnectAsync();
            await during.ReceiveAsync(new byte[1], Ct);
        });

        proxy.Heal();
        using var after = await ConnectAsync();
        Assert.Equal([2], await ExchangeAsync(after, [2]));
    }

    [Fact]
    public async Task A_cut_link_closes_connections_and_refuses_new_ones_until_healed_on_the_same_port()
    {
        using var before = await ConnectAsync();
        await ExchangeAsync(before, [1]);

        proxy.Cut();
        Assert.Empty(await ReadToEndAsync(before));
        var refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        proxy.Heal();
        using var after = await ConnectAsync();
        Assert.Equal([2], await ExchangeAsync(after, [2]));
    }

    [Fact]
    public async Task A_client_learns_that_the_target_is_gone()
    {
        await using var toNobody = FaultProxy.Start(FreePort.Next());

        await AssertResetAsync(async () =>
        {
            using var client = await ConnectAsync(toNobody.Port);
            await client.ReceiveAsync(new byte[1], Ct);
        });
        await Eventually.IsTrueAsync(() => toNobody.OpenConnections == 0, ct: Ct);
    }

    [Fact]
    public async Task Two_hundred_connections_share_a_link_that_flaps_and_none_is_left_over()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var exchanges = 0;
        var clients = Enumerable.Range(0, 200).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var client = await ConnectAsync();
                    Assert.Equal([3], await ExchangeAsync(client, [3]));
                    Interlocked.Increment(ref exchanges);
                }
                catch (SocketException)
                {
                    // What a flapping link is for.
                }
            }
        }).ToArray();

        Action[] faults = [proxy.Reset, proxy.Cut, proxy.Blackhole];
        for (var round = 0; round < 30; round++)
        {
            faults[round % faults.Length]();
            proxy.Heal();
            var seen = Volatile.Read(ref exchanges);
            await Eventually.IsTrueAsync(() => Volatile.Read(ref exchanges) > seen, ct: Ct);
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        await Eventually.IsTrueAsync(() => proxy.OpenConnections == 0, ct: Ct);
    }

    private Task<Socket> ConnectAsync() => ConnectAsync(proxy.Port);

    private static async Task<Socket> ConnectAsync(int port)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port, Ct);
        return client;
    }

    private static async Task<byte[]> ExchangeAsync(Socket client, byte[] bytes)
    {
        var answer = ReadAsync(client, bytes.Length);
        await client.SendAsync(bytes, Ct);
        return await answer;
    }

    private static async Task<byte[]> ReadAsync(Socket client, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await client.ReceiveAsync(bytes.AsMemory(read), Ct);
            read += count > 0 ? count : throw new SocketException((int)SocketError.Shutdown);
        }

        return bytes;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket client)
    {
        var buffer = new byte[1024];
        List<byte> all = [];
        for (int count; (count = await client.ReceiveAsync(buffer, Ct)) > 0;)
        {
            all.AddRange(buffer[..count]);
        }

        return [.. all];
    }

    private static async Task AssertResetAsync(Func<Task> exchange)
    {
        var reset = await Assert.ThrowsAsync<SocketException>(exchange);
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }
}
