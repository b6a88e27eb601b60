using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Load;

/// <summary>Measures throughput with wrk, a closed loop: each connection sends its next request after a response.</summary>
internal static partial class Wrk
{
    public static bool IsInstalled => Programs.Find("wrk") is not null;

    /// <returns>Responses per second.</returns>
    /// <exception cref="InvalidOperationException">A request failed, so the throughput means nothing.</exception>
    public static async Task<double> MeasureAsync(Target target, int connections, TimeSpan duration, CancellationToken ct)
    {
        string[] arguments =
        [
            "--threads", "1",
            "--connections", connections.ToString(CultureInfo.InvariantCulture),
            "--duration", $"{duration.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)}s",
            .. target.Headers.SelectMany(header => new[] { "--header", $"{header.Name}: {header.Value}" }),
            target.Address.ToString(),
        ];
        var command = Cores.Load.CommandLineOf(["wrk", .. arguments]).ToList();
        using var wrk = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync(ct);
        await wrk.WaitForExitAsync(ct);
        return Rate().Match(output) is { Success: true } rate && !output.Contains("Non-2xx", StringComparison.Ordinal) && !output.Contains("Socket errors", StringComparison.Ordinal)
            ? double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{target.Address} did not answer every request well.\n{output}");
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();
}
