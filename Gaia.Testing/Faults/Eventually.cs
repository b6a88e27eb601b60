using System.Runtime.CompilerServices;

namespace Gaia.Testing.Faults;

/// <summary>Polls until a condition holds or a deadline passes: the only place in the tests where time is waited for.</summary>
public static class Eventually
{
    /// <summary>Far longer than anything takes, as the machine may have other work.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TimeoutException">The condition did not hold within <paramref name="within"/> (60 s unless told).</exception>
    public static Task IsTrueAsync(
        Func<bool> condition,
        TimeSpan? within = null,
        CancellationToken ct = default,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        IsTrueAsync(() => Task.FromResult(condition()), within, ct, what);

    /// <inheritdoc cref="IsTrueAsync(Func{bool}, TimeSpan?, CancellationToken, string)"/>
    public static async Task IsTrueAsync(
        Func<Task<bool>> condition,
        TimeSpan? within = null,
        CancellationToken ct = default,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > (within ?? Timeout))
            {
                throw new TimeoutException($"Not true within {(within ?? Timeout).TotalSeconds} s: {what}");
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>Repeats assertions until they pass; on the deadline the last failure is thrown as it was.</summary>
    public static async Task PassesAsync(Func<Task> assertions, TimeSpan? within = null, CancellationToken ct = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (Exception) when (TimeProvider.System.GetElapsedTime(started) < (within ?? Timeout) && !ct.IsCancellationRequested)
            {
                await Task.Delay(Pause, ct);
            }
        }
    }
}
