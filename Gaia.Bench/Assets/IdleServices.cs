using System.Globalization;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Assets;

/// <summary>P26: the time from the start of a service's process to its first healthy response, migrations applied, and its resident memory when idle.</summary>
internal static class IdleServices
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var graph = await GaiaGraph.StartAsync(ct);
        List<Row> rows = [];
        foreach (var name in new[] { Resources.Auth, Resources.Chat, Resources.Asset, Resources.Gateway })
        {
            List<double> seconds = [];
            List<double> megabytes = [];
            List<double> own = [];

            // The first start migrates the database.
            for (var repetition = 0; repetition <= AssetBench.Repetitions; repetition++)
            {
                var started = TimeProvider.System.GetTimestamp();
                var service = await graph.StartAsync(name, Cores.All, null, ct);
                var ready = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
                if (repetition > 0)
                {
                    await Task.Delay(SettleTime, ct);
                    seconds.Add(ready);
                    megabytes.Add(Megabytes(service.ProcessId, "VmRSS:"));
                    own.Add(Megabytes(service.ProcessId, "RssAnon:", "RssShmem:"));
                }

                if (repetition < AssetBench.Repetitions)
                {
                    await service.TerminateAsync(ct);
                }
            }

            rows.Add(new($"{name}: start to ready, s", Goal.NoMoreThan("P26", 1.5, "s").Timed(), Cell.Median(Statistics.Of(seconds))));
            rows.Add(new($"{name}: resident memory when idle, MB", Goal.NoMoreThan("P26", 120, "MB"), Cell.Median(Statistics.Of(megabytes))));
            rows.Add(new($"{name}: of that its own, without the files that services share, MB", null, Cell.Median(Statistics.Of(own))));
        }

        return rows;
    }

    /// <summary>Reads the process's resident memory by kind (proc(5)); VmRSS is all of it, including files that other processes map as well.</summary>
    private static double Megabytes(int pid, params string[] kinds) =>
        File.ReadLines($"/proc/{pid}/status").Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1 && kinds.Contains(words[0]))
            .Sum(words => double.Parse(words[1], CultureInfo.InvariantCulture) * 1024 / 1e6);
}
