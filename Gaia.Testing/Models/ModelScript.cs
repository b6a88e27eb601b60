using System.Collections.Concurrent;
using System.Text.Json;

namespace Gaia.Testing.Models;

/// <summary>What the fake model server does with the requests whose messages hold <see cref="Key"/>.</summary>
public sealed class ModelScript : IDisposable
{
    private readonly SemaphoreSlim steps = new(0);
    private readonly TaskCompletionSource abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int calls;

    public string Key { get; init; } = $"script-{Guid.CreateVersion7():N}";

    /// <summary>The answer, one chunk each when it is streamed.</summary>
    public IReadOnlyList<string> Words { get; init; } = ["Hello", " there", "."];

    /// <summary>An answer of this status and body instead, to the first <see cref="Failures"/> calls.</summary>
    public int Status { get; init; } = 200;

    public string? Body { get; init; }

    /// <summary>Of the answer with that status, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The events of a stream, word for word, instead of those that are made of the words.</summary>
    public IReadOnlyList<string>? Chunks { get; init; }

    public int Failures { get; init; } = int.MaxValue;

    /// <summary>Parts of what the answer is said to have taken.</summary>
    public (int Cached, int Reasoning)? UsageDetails { get; init; }

    /// <summary>Each word waits for <see cref="Step"/>.</summary>
    public bool IsStepwise { get; init; }

    /// <summary>Before each word of a stream but the first.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>The connection is cut after so many words.</summary>
    public int? CutAfter { get; init; }

    /// <summary>What is no JSON follows after so many words.</summary>
    public int? GarbageAfter { get; init; }

    public bool ReportsUsage { get; init; } = true;

    /// <summary>Name and arguments of a function that the model wants called instead of saying anything.</summary>
    public (string Name, string Arguments)? ToolCall { get; init; }

    /// <summary>What was asked, oldest first.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>Ends when a caller hung up before the answer was complete.</summary>
    public Task Abandoned => abandoned.Task;

    public void Step(int words = 1) => steps.Release(words);

    public void Dispose() => steps.Dispose();

    internal bool FailsNow() => Body is not null && Interlocked.Increment(ref calls) <= Failures;

    internal Task AwaitStepAsync(CancellationToken ct) => IsStepwise ? steps.WaitAsync(ct) : Task.CompletedTask;

    internal void Abandon() => abandoned.TrySetResult();
}
