using System.Text;

namespace Gaia.Publishing.Configuration;

/// <summary>Writes docs/configuration.md from the option types, their attributes and their comments.</summary>
internal static class ConfigurationReference
{
    public const string Path = "docs/configuration.md";

    public static string Write()
    {
        var text = new StringBuilder("""
            # Configuration

            Written by `./run.sh publish configuration` from the option types; a test compares it with them. Change those, and write it again.

            Every setting is an environment variable. The AppHost hands on those that are set where it starts, `./run.sh` and `docker compose` also read
            them from `.env`. A value that does not parse, or is out of bounds, stops the service with one line that names the variable and what is allowed.

            ## Variables

            | Variable | Default | Meaning | Read by |
            |---|---|---|---|

            """);
        foreach (var variable in EnvironmentVariables.All)
        {
            text.Append($"| `{variable.Name}` | {VariableDefaults.Of(variable)} | {variable.Meaning}{(variable.IsSecret ? " (secret)" : "")} | {(variable.Services is [] ? "all" : string.Join(", ", variable.Services))} |\n");
        }

        text.Append("""

            ## Everything else

            These have defaults that fit, and names made of their section: `Storage__SweepInterval`. The same keys work in `appsettings.json`
            (`{"Storage": {"SweepInterval": "00:01:00"}}`). Times are `hours:minutes:seconds`, or `days.hours:minutes:seconds`. Where a variable above sets
            the same, it wins.

            """);
        foreach (var service in OptionTypes.Services.Prepend(OptionTypes.Shared))
        {
            text.Append($"\n### {(service == OptionTypes.Shared ? "Every service" : service)}\n");
            foreach (var type in OptionTypes.In(service))
            {
                WriteType(text, type);
            }
        }

        return text.ToString();
    }

    private static string Meaning(Setting setting) =>
        XmlComments.Of(setting.Property) is { Length: > 0 } own ? own : setting.Parent is null ? "" : XmlComments.Of(setting.Parent);

    private static void WriteType(StringBuilder text, Type type)
    {
        text.Append($"\n**{OptionTypes.SectionOf(type)}**{(XmlComments.Of(type) is { Length: > 0 } meaning ? $": {meaning}" : "")}\n\n| Setting | Default | Allowed | Meaning |\n|---|---|---|---|\n");
        foreach (var setting in Setting.Of(type, OptionTypes.SectionOf(type)!))
        {
            // A folder of whoever wrote this is nobody else's default.
            var usual = System.IO.Path.IsPathRooted(setting.Default) ? "a folder per user" : setting.Default;
            text.Append($"| `{setting.Key}` | {usual} | {setting.Allowed} | {Meaning(setting)} |\n");
        }
    }
}
