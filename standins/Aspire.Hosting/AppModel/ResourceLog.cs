using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The last lines of one process, and those who watch it.</summary>
internal sealed class ResourceLog(Action<LogLine> written)
{
    private const int Backlog = 10_000;

    private readonly Lock gate = new();
    private readonly Queue<LogLine> lines = [];
    private readonly List<ChannelWriter<LogLine>> watchers = [];
    private int count;
    private bool completed;

    /// <summary>The last line of the program itself, which often says why it ended.</summary>
    public string? LastProgramLine { get; private set; }

    public void Write(string content, bool isError)
    {
        if (!string.IsNullOrWhiteSpace(content))
        {
            LastProgramLine = content;
        }

        Append(content, isError);
    }

    /// <summary>Adds a line of the engine's own.</summary>
    public void Say(string content, bool isError = false) => Append(content, isError);

    public IReadOnlyList<string> Recent(int most)
    {
        lock (gate)
        {
            return [.. lines.TakeLast(most).Select(line => line.Content)];
        }
    }

    private void Append(string content, bool isError)
    {
        LogLine line;
        lock (gate)
        {
            line = new(++count, content, isError);
            lines.Enqueue(line);
            if (lines.Count > Backlog)
            {
                lines.Dequeue();
            }

            watchers.ForEach(watcher => watcher.TryWrite(line));
        }

        written(line);
    }

    public void Complete()
    {
        lock (gate)
        {
            completed = true;
            watchers.ForEach(watcher => watcher.TryComplete());
        }
    }

    public static async IAsyncEnumerable<IReadOnlyList<LogLine>> Merge(
        IReadOnlyList<ResourceLog> logs, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<LogLine>();
        foreach (var log in logs)
        {
            log.Subscribe(channel.Writer);
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<LogLine>();
                while (channel.Reader.TryRead(out var line))
                {
                    batch.Add(line);
                }

                yield return batch;
            }
        }
        finally
        {
            foreach (var log in logs)
            {
                log.Unsubscribe(channel.Writer);
            }
        }
    }

    private void Subscribe(ChannelWriter<LogLine> watcher)
    {
        lock (gate)
        {
            foreach (var line in lines)
            {
                watcher.TryWrite(line);
            }

            watchers.Add(watcher);
            if (completed)
            {
                watcher.TryComplete();
            }
        }
    }

    private void Unsubscribe(ChannelWriter<LogLine> watcher)
    {
        lock (gate)
        {
            watchers.Remove(watcher);
        }
    }
}

internal sealed class ResourceLogger(ResourceLog[] logs) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var text = formatter(state, exception) + (exception is null ? "" : $": {exception.Message}");
            foreach (var log in logs)
            {
                log.Say(text, logLevel >= LogLevel.Warning);
            }
        }
    }
}
