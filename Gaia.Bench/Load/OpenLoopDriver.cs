using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Load;

/// <summary>One thread that sends what is due, on whichever connection is free.</summary>
internal sealed class OpenLoopDriver : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly OpenLoop.Plan plan;
    private readonly LoadConnection[] connections;
    private readonly Stack<LoadConnection> free = [];
    private readonly Queue<long> late = [];
    private readonly Lock gate = new();
    private readonly List<double> latencies = [];
    private string? failure;
    private int underWay;
    private long counted;

    public OpenLoopDriver(OpenLoop.Plan plan)
    {
        this.plan = plan;
        var (request, mark) = (Encoding.UTF8.GetBytes(Request(plan)), Encoding.UTF8.GetBytes(plan.Until ?? ""));
        connections = [.. Enumerable.Range(0, plan.Connections).Select(_ => new LoadConnection(plan.Address, request, mark, Arrived, Answered))];
        foreach (var connection in connections)
        {
            free.Push(connection);
        }
    }

    /// <returns>Latencies, in milliseconds.</returns>
    /// <exception cref="InvalidOperationException">An answer was no success, or did not come.</exception>
    public Statistics Run()
    {
        var arrivals = new Random(1);
        double due = Stopwatch.GetTimestamp();
        counted = (long)(due + (plan.Warmup * Stopwatch.Frequency));
        var end = counted + (plan.Duration * Stopwatch.Frequency);
        while (due < end && Volatile.Read(ref failure) is null)
        {
            due += -Math.Log(1 - arrivals.NextDouble()) / plan.Rate * Stopwatch.Frequency;
            WaitUntil((long)due);
            Send((long)due);
        }

        if (!SpinWait.SpinUntil(() => Volatile.Read(ref failure) is not null || IsIdle(), Patience))
        {
            throw new InvalidOperationException($"{underWay} requests were not answered.");
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
            underWay++;
            if (!free.TryPop(out connection))
            {
                late.Enqueue(due);
                return;
            }
        }

        connection.Send(due);
    }

    private void Arrived(long due)
    {
        var now = Stopwatch.GetTimestamp();
        if (due >= counted)
        {
            lock (gate)
            {
                latencies.Add((now - due) * 1e3 / Stopwatch.Frequency);
            }
        }
    }

    private void Answered(LoadConnection connection, string? problem)
    {
        long next;
        lock (gate)
        {
            underWay--;
            failure ??= problem;
            if (!late.TryDequeue(out next))
            {
                free.Push(connection);
                return;
            }
        }

        connection.Send(next);
    }

    private bool IsIdle()
    {
        lock (gate)
        {
            return underWay == 0;
        }
    }

    /// <summary>Sleeps: turning in circles would take the core from the backend.</summary>
    private static void WaitUntil(long due)
    {
        while (due - Stopwatch.GetTimestamp() is > 0 and var rest)
        {
            var pause = new Timespec(0, Math.Min(rest * (1_000_000_000 / Stopwatch.Frequency), 999_999_999));
            _ = Sleep(in pause, 0);
        }
    }

    // Thread.Sleep knows nothing shorter than a millisecond.
    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int Sleep(in Timespec duration, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
