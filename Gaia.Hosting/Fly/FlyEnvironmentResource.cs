using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Gaia.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Fly.io as a compute environment: publishing writes one fly.toml for each app.</summary>
public sealed partial class FlyEnvironmentResource : Resource, IComputeEnvironmentResource
{
    private readonly FlyDeployment deployment;

    internal FlyEnvironmentResource(string name, FlyDeployment deployment)
        : base(name)
    {
        this.deployment = deployment;
        Annotations.Add(new PipelineStepAnnotation(_ =>
        {
            var publish = new PipelineStep { Name = $"publish-{name}", Description = "Writes the files that deploy to Fly.io.", Action = PublishAsync };
            publish.RequiredBy(WellKnownPipelineSteps.Publish);
            return publish;
        }));
    }

    private async Task PublishAsync(PipelineStepContext context)
    {
        var folder = context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory();
        var resources = await PublishedResource.ReadAsync(context.Model, context.ExecutionContext, context.Logger, context.CancellationToken);
        foreach (var file in FlyApps.Create(resources, deployment))
        {
            file.WriteTo(folder);
            LogWritten(context.Logger, file.Path, file.App, file.Secrets.Count == 0 ? "none" : string.Join(", ", file.Secrets));
        }
    }

    [LoggerMessage(LogLevel.Information, "{File} deploys {App}; its secrets, which no file holds: {Secrets}")]
    private static partial void LogWritten(ILogger logger, string file, string app, string secrets);
}
