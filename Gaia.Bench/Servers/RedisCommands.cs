using System.Globalization;
using System.Text.RegularExpressions;

namespace Gaia.Bench.Servers;

internal static partial class RedisCommands
{
    /// <summary>Gets the number of commands Redis has executed since it started, including those inside scripts and excluding this INFO.</summary>
    public static async Task<double> CountAsync(this RedisServer redis, CancellationToken ct) =>
        Calls().Matches(await redis.CommandAsync("INFO commandstats", ct))
            .Where(match => match.Groups["command"].Value != "info")
            .Sum(match => double.Parse(match.Groups["calls"].ValueSpan, CultureInfo.InvariantCulture));

    /// <summary>The same for each command, <c>INFO</c> included.</summary>
    public static async Task<Dictionary<string, double>> CountByCommandAsync(this RedisServer redis, CancellationToken ct) =>
        Calls().Matches(await redis.CommandAsync("INFO commandstats", ct)).ToDictionary(
            match => match.Groups["command"].Value, match => double.Parse(match.Groups["calls"].ValueSpan, CultureInfo.InvariantCulture));

    [GeneratedRegex("cmdstat_(?<command>[^:]+):calls=(?<calls>[0-9]+)")]
    private static partial Regex Calls();
}
