using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Load;

/// <summary>Sends due requests from one thread, on any idle connection.</summary>
internal sealed class OpenLoopDriver : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly OpenLoop.Plan plan;
    private readonly LoadConnection[] connections;
    private readonly Stack<LoadConnection> idle = [];
    private readonly Queue<long> overdue = [];
    private readonly Lock gate = new();
    private readonly List<double> latencies = [];
    private string? failure;
    private int inFlight;
    private long measureFrom;

    public OpenLoopDriver(OpenLoop.Plan plan)
    {
        this.plan = plan;
        var (request, marker) = (Encoding.UTF8.GetBytes(Request(plan)), Encoding.UTF8.GetBytes(plan.Until ?? ""));
        connections = [.. Enumerable.Range(0, plan.Connections).Select(_ => new LoadConnection(plan.Address, request, marker, OnMatched, OnCompleted))];
        foreach (var connection in connections)
        {
            idle.Push(connection);
        }
    }

    /// <returns>Latencies, in milliseconds.</returns>
    /// <exception cref="InvalidOperationException">A request failed or timed out.</exception>
    public Statistics Run()
    {
        var arrivals = new Random(1);
        double due = Stopwatch.GetTimestamp();
        measureFrom = (long)(due + (plan.Warmup * Stopwatch.Frequency));
        var end = measureFrom + (plan.Duration * Stopwatch.Frequency);
        while (due < end && Volatile.Read(ref failure) is null)
        {
            due += -Math.Log(1 - arrivals.NextDouble()) / plan.Rate * Stopwatch.Frequency;
            WaitUntil((long)due);
            Send((long)due);
        }

        if (!SpinWait.SpinUntil(() => Volatile.Read(ref failure) is not null || IsIdle(), Timeout))
        {
            throw new InvalidOperationException($"{inFlight} requests were not answered.");
        }

        return failure is null ? Statistics.Of(latencies) : throw new InvalidOperationException(failure);
    }

    public void Dispose()
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    private static string Request(OpenLoop.Plan plan)
    {
        var lines = string.Concat(plan.Headers.Select(header => $"{header}\r\n"));
        return plan.Body is null
            ? $"GET {plan.Address.PathAndQuery} HTTP/1.1\r\nHost: {plan.Address.Authority}\r\n{lines}\r\n"
            : $"POST {plan.Address.PathAndQuery} HTTP/1.1\r\nHost: {plan.Address.Authority}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(plan.Body)}\r\n{lines}\r\n{plan.Body}";
    }

    private void Send(long due)
    {
        LoadConnection? connection;
        lock (gate)
        {
            inFlight++;
            if (!idle.TryPop(out connection))
            {
                overdue.Enqueue(due);
                return;
            }
        }

        connection.Send(due);
    }

    private void OnMatched(long due)
    {
        var now = Stopwatch.GetTimestamp();
        if (due >= measureFrom)
        {
            lock (gate)
            {
                latencies.Add((now - due) * 1e3 / Stopwatch.Frequency);
            }
        }
    }

    private void OnCompleted(LoadConnection connection, string? problem)
    {
        long next;
        lock (gate)
        {
            inFlight--;
            failure ??= problem;
            if (!overdue.TryDequeue(out next))
            {
                idle.Push(connection);
                return;
            }
        }

        connection.Send(next);
    }

    private bool IsIdle()
    {
        lock (gate)
        {
            return inFlight == 0;
        }
    }

    /// <summary>Sleeps instead of spinning, which would take the core from the backend.</summary>
    private static void WaitUntil(long due)
    {
        while (due - Stopwatch.GetTimestamp() is > 0 and var rest)
        {
            var pause = new Timespec(0, Math.Min(rest * (1_000_000_000 / Stopwatch.Frequency), 999_999_999));
            _ = Sleep(in pause, 0);
        }
    }

    // Thread.Sleep has a resolution of a millisecond.
    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int Sleep(in Timespec duration, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
