using System.Runtime.CompilerServices;

namespace Gaia;

/// <summary>Signs of life of a stream of events in which nothing happens, as proxies end connections that are silent.</summary>
public static class Heartbeats
{
    /// <summary>How long a connection may be silent: proxies commonly cut one after 30 s.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(10);

    /// <summary>A comment, which readers of server-sent events pass over.</summary>
    public static ReadOnlySpan<byte> Comment => ": heartbeat\n\n"u8;

    /// <summary>
    /// Everything that a source yields, and null whenever it was silent for <paramref name="interval"/>, and at once when its first item is not there yet.
    /// </summary>
    public static async IAsyncEnumerable<T?> WithHeartbeatsAsync<T>(
        this IAsyncEnumerable<T> source, TimeSpan interval, TimeProvider clock, [EnumeratorCancellation] CancellationToken ct)
        where T : class
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var items = source.GetAsyncEnumerator(end.Token);
        var arriving = Task.FromResult(true);
        var isFirst = true;
        try
        {
            while (true)
            {
                arriving = items.MoveNextAsync().AsTask();
                if (isFirst && !arriving.IsCompleted)
                {
                    yield return null;
                }

                isFirst = false;
                while (!arriving.IsCompleted && await IsSilentAsync(arriving, interval, clock))
                {
                    yield return null;
                }

                if (!await arriving)
                {
                    yield break;
                }

                yield return items.Current;
            }
        }
        finally
        {
            // A reader that leaves during a silence leaves an unfinished step behind, and an iterator cannot be disposed within one.
            await end.CancelAsync();
            await ((Task)arriving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await items.DisposeAsync();
        }
    }

    private static async Task<bool> IsSilentAsync(Task arriving, TimeSpan interval, TimeProvider clock)
    {
        try
        {
            await arriving.WaitAsync(interval, clock);
            return false;
        }
        catch (TimeoutException) when (!arriving.IsCompleted)
        {
            return true;
        }
        catch (Exception) when (arriving.IsCompleted)
        {
            // Thrown to the reader, who awaits it next.
            return false;
        }
    }
}
