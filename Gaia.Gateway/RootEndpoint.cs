using System.Reflection;

namespace Gaia.Gateway;

/// <summary>What someone sees who opens the bare address.</summary>
internal static class RootEndpoint
{
    public static string Version { get; } =
        typeof(RootEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void MapRoot(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", (TimeProvider time) => new Welcome("Gaia gateway", Version, ["v0.2", "v0.3", "v1"], time.GetUtcNow(), "/docs", "/health"))
            .WithName("GetWelcome").WithTags("System")
            .WithSummary("Get the version").WithDescription("Names this Gaia's version, the versions of its API, and where to read on.");
}

internal sealed record Welcome(string Message, string Version, string[] Versions, DateTimeOffset Timestamp, string Docs, string Health);
