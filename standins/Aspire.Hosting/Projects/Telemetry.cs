using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The OTEL_* variables of a project: who it is, and where its telemetry goes when the AppHost knows.</summary>
internal static class Telemetry
{
    public static void AddTo(EnvironmentCallbackContext context, IConfiguration configuration)
    {
        var variables = context.EnvironmentVariables;
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Engine.Placeholders.InstanceId}";

        // One line per record, because every line gets the name of its resource in front.
        variables["Logging__Console__FormatterName"] = "simple";
        variables["Logging__Console__FormatterOptions__SingleLine"] = "true";

        foreach (var name in new[] { "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS" })
        {
            if (configuration[name] is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }
    }
}
