namespace Gaia.Chat.Streams;

/// <summary>The events of an answer that is being written here. It keeps all of them, so readers come and go as they like.</summary>
internal sealed class LiveStream(StreamKey key) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<byte[]> events = [];
    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource changed = NewSignal();
    private readonly TaskCompletionSource completion = NewSignal();
    private bool isComplete;

    public StreamKey Key => key;

    public string Run { get; } = EventId.NewRun();

    /// <summary>Somebody wants no more of it.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>Nothing will be appended any more.</summary>
    public Task Completion => completion.Task;

    public void Stop() => stop.Cancel();

    public void Append(byte[] data)
    {
        lock (gate)
        {
            events.Add(data);
            Signal();
        }
    }

    public void Complete()
    {
        lock (gate)
        {
            isComplete = true;
            completion.TrySetResult();
            Signal();
        }
    }

    /// <summary>The events after a number, at least one, as soon as there are any; none once the stream is over.</summary>
    public async ValueTask<StreamPart> ReadAfterAsync(int number, CancellationToken ct)
    {
        while (true)
        {
            Task more;
            lock (gate)
            {
                if (number < events.Count || isComplete)
                {
                    return new(Run, number + 1, events[Math.Min(number, events.Count)..], isComplete);
                }

                more = changed.Task;
            }

            await more.WaitAsync(ct);
        }
    }

    public void Dispose() => stop.Dispose();

    private void Signal()
    {
        var before = changed;
        changed = NewSignal();
        before.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <param name="Run">Of the stream.</param>
/// <param name="First">The number of the first of these events.</param>
/// <param name="Events">One line of JSON each.</param>
/// <param name="IsLast">Nothing will follow.</param>
internal sealed record StreamPart(string Run, int First, IReadOnlyList<byte[]> Events, bool IsLast)
{
    /// <summary>The same without the events before a number.</summary>
    public StreamPart From(int number) => number <= First || Events.Count == 0 ? this : this with { First = number, Events = [.. Events.Skip(number - First)] };
}
