namespace Gaia.Testing.Services;

/// <summary>What was started and is to be ended, the last first.</summary>
public sealed class StartedServers : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> started = [];

    public T Keep<T>(T server)
        where T : IAsyncDisposable
    {
        started.Push(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        while (started.TryPop(out var server))
        {
            await server.DisposeAsync();
        }
    }
}
