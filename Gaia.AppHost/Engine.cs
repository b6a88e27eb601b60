using System.Reflection;

namespace Gaia.AppHost;

/// <summary>Says which engine composes the graph. The build chose it, so the build wrote the sentence (Gaia.AppHost.csproj).</summary>
internal static class Engine
{
    public static void Announce() => Console.WriteLine(
        typeof(Engine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(m => m.Key == nameof(Engine)).Value);
}
