using System.Globalization;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Engine;

/// <summary>Marks in a value for what differs between the replicas of a resource.</summary>
internal static partial class Placeholders
{
    public const string InstanceId = "{{instance}}";

    public static string Port(string endpoint) => $"{{{{port:{endpoint}}}}}";

    public static string Fill(string value, string instanceId, Func<string, int> port) =>
        value.Contains("{{", StringComparison.Ordinal)
            ? PortMark().Replace(
                value.Replace(InstanceId, instanceId, StringComparison.Ordinal),
                mark => port(mark.Groups[1].Value).ToString(CultureInfo.InvariantCulture))
            : value;

    [GeneratedRegex(@"\{\{port:([A-Za-z0-9-]+)\}\}")]
    private static partial Regex PortMark();
}
