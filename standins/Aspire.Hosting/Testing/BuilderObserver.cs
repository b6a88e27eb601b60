using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Lets a test look over the shoulder of an AppHost's entry point while it builds its graph.</summary>
internal sealed class BuilderObserver
{
    private static readonly AsyncLocal<BuilderObserver?> OfThisFlow = new();

    public static BuilderObserver? Current
    {
        get => OfThisFlow.Value;
        set => OfThisFlow.Value = value;
    }

    public Action<DistributedApplicationOptions, HostApplicationBuilderSettings> Creating { get; init; } = (_, _) => { };

    public Action<DistributedApplicationBuilder> Created { get; init; } = _ => { };

    public Action<DistributedApplicationBuilder> Building { get; init; } = _ => { };

    public Action<DistributedApplication> Built { get; init; } = _ => { };
}
