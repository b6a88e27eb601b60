using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>Runs redis-server with a configuration file, so that no password shows in the process list.</summary>
internal static class RedisProcess
{
    public static async Task<ProcessSpec> PrepareAsync(ProcessContext context, CancellationToken cancellationToken)
    {
        var server = Programs.Find("redis-server", context.Resource.Name, "Install Redis (package redis-server, or redis on macOS).");
        var settings = new StringBuilder()
            .AppendLine("bind 127.0.0.1 -::1")
            .AppendLine(FormattableString.Invariant($"port {context.Port(RedisResource.PrimaryEndpointName)}"))
            .AppendLine(FormattableString.Invariant($"dir {Quote(context.DataFolder)}"))
            .AppendLine("daemonize no");

        var words = context.Arguments.SkipWhile(argument => argument == "redis-server").ToList();
        if (words.Contains("--save"))
        {
            settings.AppendLine("appendonly yes");
        }
        else
        {
            settings.AppendLine("save \"\"");
        }

        foreach (var setting in Settings(words))
        {
            settings.AppendLine(string.Join(' ', setting.Select((word, i) => i == 0 ? word : Quote(Expand(word, context.Environment)))));
        }

        var file = Path.Combine(context.PrivateFolder, "redis.conf");
        await PrivateFile.WriteAsync(file, settings.ToString(), cancellationToken);
        return new(server, [file]) { WorkingDirectory = context.DataFolder, Environment = context.Environment };
    }

    /// <summary>Splits <c>--save 60 1 --maxmemory 64mb</c> into its settings, the name first.</summary>
    private static IEnumerable<string[]> Settings(List<string> words)
    {
        for (var start = 0; start < words.Count;)
        {
            var next = words.FindIndex(start + 1, word => word.StartsWith("--", StringComparison.Ordinal));
            var end = next < 0 ? words.Count : next;
            yield return [words[start][2..], .. words[(start + 1)..end]];
            start = end;
        }
    }

    private static string Expand(string word, IReadOnlyDictionary<string, string> environment) =>
        word.StartsWith('$') && environment.TryGetValue(word[1..], out var value) ? value : word;

    private static string Quote(string word) =>
        $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
