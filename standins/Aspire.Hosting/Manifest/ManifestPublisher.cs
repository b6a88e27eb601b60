using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the manifest instead of running the graph: <c>--publisher manifest --output-path FILE</c>.</summary>
internal sealed class ManifestPublisher(
    DistributedApplicationExecutionContext execution,
    DistributedApplicationModel model,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime) : IHostedService
{
    private const string DefaultName = "aspire-manifest.json";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception e) when (e is DistributedApplicationException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"manifest: {e.Message}");
            Environment.ExitCode = 1;
        }

        lifetime.StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var path = configuration["Pipeline:OutputPath"]
            ?? throw new DistributedApplicationException("say where to write it: --output-path FILE.");
        path = Path.GetFullPath(path.EndsWith(".json", StringComparison.Ordinal) ? path : Path.Combine(path, DefaultName));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        await using var file = File.Create(path);
        await using var json = new Utf8JsonWriter(file, new() { Indented = true });
        await new ManifestWriter(new(execution, path, json, cancellationToken)).WriteAsync(model);
    }
}
