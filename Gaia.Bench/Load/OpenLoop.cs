using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Load;

/// <summary>
/// Measures latency at a given load. Requests are due at times that do not depend on the responses (a Poisson process with a fixed seed), and latency counts from
/// when a request was due: one that had to wait for a free connection includes that wait. A closed loop, which sends only after a response, would leave out
/// exactly the slow times ("coordinated omission").
/// </summary>
internal static class OpenLoop
{
    public const string Command = "load";

    /// <summary>Generates the load in a separate process, on its own cores.</summary>
    /// <param name="rate">Requests per second.</param>
    /// <param name="connections">The maximum number of requests in flight.</param>
    /// <param name="duration">After the warm-up.</param>
    /// <param name="warmup">Not measured; a fifth of the duration by default.</param>
    /// <returns>Latencies in milliseconds.</returns>
    /// <exception cref="InvalidOperationException">A request failed.</exception>
    public static async Task<Statistics> MeasureAsync(Target target, double rate, int connections, TimeSpan duration, CancellationToken ct, TimeSpan? warmup = null)
    {
        var plan = JsonSerializer.Serialize(new Plan(
            target.Address,
            [.. target.Headers.Select(header => $"{header.Name}: {header.Value}")],
            target.Body,
            target.Until,
            rate,
            connections,
            (warmup ?? duration / 5).TotalSeconds,
            duration.TotalSeconds));
        var command = Cores.Load.CommandLineOf("dotnet", typeof(OpenLoop).Assembly.Location, Command).ToList();
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Responses are processed on the thread that polls the sockets, without a switch to the thread pool.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        using var driver = Process.Start(start)!;
        await driver.StandardInput.WriteLineAsync(plan.AsMemory(), ct);
        driver.StandardInput.Close();
        var output = await driver.StandardOutput.ReadToEndAsync(ct);
        await driver.WaitForExitAsync(ct);
        return driver.ExitCode == 0
            ? JsonSerializer.Deserialize<Statistics>(output)!
            : throw new InvalidOperationException($"{target.Address} did not answer every request well at {rate.ToString("0", CultureInfo.InvariantCulture)} a second.\n{output}");
    }

    /// <summary>The entry point of that process.</summary>
    public static async Task<int> RunAsync(TextReader input, TextWriter output)
    {
        var plan = JsonSerializer.Deserialize<Plan>((await input.ReadLineAsync())!)!;
        using var driver = new OpenLoopDriver(plan);
        try
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(driver.Run()));
            return 0;
        }
        catch (InvalidOperationException failure)
        {
            await output.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    /// <param name="Warmup">Seconds.</param>
    /// <param name="Duration">Seconds.</param>
    internal sealed record Plan(Uri Address, string[] Headers, string? Body, string? Until, double Rate, int Connections, double Warmup, double Duration);
}
