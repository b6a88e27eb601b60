using System.Globalization;
using System.Text.RegularExpressions;
using Tomlyn.Model;

namespace Gaia.Tests.Publishing;

/// <summary>
/// What may stand in a fly.toml. Sources: https://fly.io/docs/reference/configuration/ and the tags of the structs that flyctl reads the file into
/// (superfly/flyctl, internal/appconfig/config.go, service.go, toplevelcheck.go and validation.go, as of August 2026). Every key of those structs that takes part
/// in an app of this kind is here; a key that is not is a typing error, which flyctl itself passes over in silence.
/// </summary>
internal static partial class FlyReference
{
    private const string Anything = "*";

    private static readonly string[] Check = ["interval", "timeout", "grace_period", "method", "path", "protocol", "tls_skip_verify", "tls_server_name", "headers"];

    private static readonly string[] HttpService =
    [
        "internal_port", "force_https", "auto_stop_machines", "auto_start_machines", "min_machines_running", "processes", "concurrency", "tls_options",
        "http_options", "checks", "machine_checks",
    ];

    private static readonly Dictionary<string, string[]> Keys = new()
    {
        [""] =
        [
            "app", "primary_region", "kill_signal", "kill_timeout", "swap_size_mb", "console_command", "experimental", "build", "deploy", "env", "processes", "mounts",
            "http_service", "services", "checks", "files", "host_dedication_id", "machine_config", "container", "machine_checks", "restart", "vm", "statics", "metrics",
        ],
        ["build"] =
        [
            "builder", "args", "buildpacks", "image", "settings", "builtin", "dockerfile", "ignorefile", "build-target", "compose", "compression", "compression_level",
        ],
        ["build.args"] = [Anything],
        ["deploy"] = ["strategy", "max_unavailable", "wait_timeout", "release_command", "release_command_timeout", "release_command_vm", "seed_command"],
        ["env"] = [Anything],
        ["processes"] = [Anything],
        ["mounts"] =
        [
            "source", "destination", "initial_size", "snapshot_retention", "scheduled_snapshots", "auto_extend_size_threshold", "auto_extend_size_increment",
            "auto_extend_size_limit", "processes",
        ],
        ["http_service"] = HttpService,
        ["http_service.concurrency"] = ["type", "hard_limit", "soft_limit"],
        ["http_service.checks"] = Check,
        ["checks"] = [Anything],
        ["checks.health"] = ["port", "type", "processes", .. Check],
        ["vm"] = ["size", "memory", "cpu_kind", "cpus", "memory_mb", "gpus", "gpu_kind", "kernel_args", "host_dedication_id", "processes"],
    };

    private static readonly Dictionary<string, string[]> Values = new()
    {
        ["kill_signal"] = ["SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGKILL", "SIGSTOP"],
        ["deploy.strategy"] = ["canary", "rolling", "immediate", "bluegreen"],
        ["http_service.auto_stop_machines"] = ["off", "stop", "suspend"],
        ["http_service.concurrency.type"] = ["connections", "requests"],
        ["checks.health.type"] = ["http", "tcp"],
    };

    public static IEnumerable<string> Complaints(TomlTable file) => Complaints(file, "");

    private static IEnumerable<string> Complaints(TomlTable table, string section)
    {
        if (!Keys.TryGetValue(section, out var known))
        {
            return [$"there is no section [{section}]"];
        }

        return table.SelectMany(entry =>
        {
            var path = section.Length == 0 ? entry.Key : $"{section}.{entry.Key}";
            return !known.Contains(Anything) && !known.Contains(entry.Key) ? [$"there is no key {path}"] : entry.Value switch
            {
                TomlTable inner => Complaints(inner, path),
                TomlTableArray several => several.SelectMany(inner => Complaints(inner, path)),
                var value => Complaint(path, Convert.ToString(value, CultureInfo.InvariantCulture)!),
            };
        });
    }

    private static IEnumerable<string> Complaint(string path, string value)
    {
        var key = path.Split('.')[^1];
        if (Values.TryGetValue(path, out var allowed) && !allowed.Contains(value))
        {
            yield return $"{path} is {value}";
        }

        // Checks run every 2 to 60 seconds and wait no longer (validation.go); other times are as Go reads them.
        if (key is "interval" or "timeout" or "grace_period" && !(Seconds().Match(value) is { Success: true } seconds && int.Parse(seconds.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is >= 2 and <= 60))
        {
            yield return $"{path} is {value}";
        }

        if (key is "kill_timeout" or "release_command_timeout" && !Duration().IsMatch(value))
        {
            yield return $"{path} is {value}";
        }

        if (path.StartsWith("env.", StringComparison.Ordinal) && key.StartsWith("FLY_", StringComparison.Ordinal))
        {
            yield return $"{key} is Fly's own";
        }
    }

    [GeneratedRegex("^([0-9]+)s$")]
    private static partial Regex Seconds();

    [GeneratedRegex("^[0-9]+(s|m)$")]
    private static partial Regex Duration();
}
