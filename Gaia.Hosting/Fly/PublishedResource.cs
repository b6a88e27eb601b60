using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Gaia.Hosting;

/// <summary>A resource as it is published: the values of other resources stand in it as expressions such as <c>{redis.connectionString}</c>.</summary>
/// <param name="Resource">The resource of the model.</param>
/// <param name="Arguments">Its command line.</param>
/// <param name="Environment">Its variables by name.</param>
internal sealed partial record PublishedResource(IResource Resource, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    public string Name => Resource.Name;

    /// <summary>Whether the world may reach it.</summary>
    public bool IsExternal => Resource.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.IsExternal);

    /// <summary>Whether a value is that of another resource.</summary>
    public static bool IsExpression(string value) => Expression().IsMatch(value);

    /// <summary>The server that an expression refers to: itself, or as the parent of a database. Null when it refers to none, such as that of a parameter.</summary>
    public static ContainerResource? FindServer(string value, IEnumerable<PublishedResource> resources) => Expression().Matches(value)
        .Select(match => resources.FirstOrDefault(resource => resource.Name == match.Groups["name"].Value)?.Resource)
        .Select(resource => resource is IResourceWithParent child ? child.Parent : resource)
        .OfType<ContainerResource>().FirstOrDefault();

    public static async Task<IReadOnlyList<PublishedResource>> ReadAsync(
        DistributedApplicationModel model, DistributedApplicationExecutionContext context, ILogger logger, CancellationToken ct)
    {
        List<PublishedResource> published = [];
        foreach (var resource in model.Resources)
        {
            var configuration = await ExecutionConfigurationBuilder.Create(resource).WithArgumentsConfig().WithEnvironmentVariablesConfig().BuildAsync(context, logger, ct);
            if (configuration.Exception is { } exception)
            {
                throw new DistributedApplicationException($"{resource.Name}: {exception.Message}", exception);
            }

            published.Add(new(resource, [.. configuration.Arguments.Select(argument => argument.Value)], configuration.EnvironmentVariables.ToDictionary()));
        }

        return published;
    }

    [GeneratedRegex(@"\{(?<name>[^.{}]+)\.[^{}]*\}")]
    private static partial Regex Expression();
}
