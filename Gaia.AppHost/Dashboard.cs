using Microsoft.Extensions.Configuration;

namespace Gaia.AppHost;

internal static class Dashboard
{
    public const string PortVariable = "DASHBOARD_PORT";

    private const int DefaultPort = 18888;

    /// <summary>
    /// Serves the Aspire dashboard at <c>DASHBOARD_PORT</c>; without it at 18888, or at any free port where that is taken, so that a second Gaia needs no setting. Its other
    /// addresses are of no interest to a person and take free ports.
    /// </summary>
    public static void AddDashboard(this IDistributedApplicationBuilder builder)
    {
        // Loopback only, and Gaia asks nobody to trust a certificate.
        builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] ??= "true";
        if (builder.Configuration["ASPNETCORE_URLS"] is { Length: > 0 } || builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
        {
            return;
        }

        var chosen = builder.ReadNumber(PortVariable, "a port from 1 to 65535", ushort.MaxValue);
        if (chosen is { } port)
        {
            LoopbackPort.EnsureFree("dashboard", port, PortVariable);
        }

        if (chosen is not null || LoopbackPort.IsFree(DefaultPort))
        {
            builder.Configuration["ASPNETCORE_URLS"] = $"http://localhost:{chosen ?? DefaultPort}";
        }
    }

    /// <summary>The terminal shows what a person needs; the rest is in the dashboard.</summary>
    public static void LogWarningsOnly(this IDistributedApplicationBuilder builder)
    {
        builder.Configuration["Logging:LogLevel:Default"] ??= "Warning";

        // Gaia uses no certificate, and DCP's own trouble with a resource is in that resource's log.
        builder.Configuration["Logging:LogLevel:Aspire.Hosting.Dcp"] ??= "Error";
        builder.Configuration["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] ??= "None";
        builder.Configuration["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] ??= "None";
        builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] ??= "Error";
    }
}
