using Microsoft.Extensions.Logging;

namespace Gaia.Bench.Cache.Nodes;

/// <summary>A log that only counts what operators would have to read.</summary>
internal sealed class WarningCounter : ILoggerProvider, ILogger
{
    private int warnings;

    public int Count => Volatile.Read(ref warnings);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Interlocked.Increment(ref warnings);
        }
    }

    public void Dispose()
    {
    }
}
