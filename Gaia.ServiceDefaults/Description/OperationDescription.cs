using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gaia;

/// <summary>Completes the description of an operation with its credential and its failures, all of which are problem details.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    private const string ProblemName = "Problem";
    private const string ProblemType = "application/problem+json";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (HttpMethods.IsHead(context.Description.HttpMethod ?? ""))
        {
            operation.OperationId += "Head";
        }

        AskForCredential(operation, context);
        await DescribeFailuresAsync(operation, context, cancellationToken);
    }

    private static void AskForCredential(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<ScopeMetadata>().Any())
        {
            return;
        }

        operation.Security = CredentialSchemes.AddTo(context.Document!);
        if (metadata.OfType<ScopeMetadata>().LastOrDefault() is { } needed)
        {
            operation.Description = $"{operation.Description} Needs the scope `{needed.Scope}`.".TrimStart();
        }
    }

    private static async Task DescribeFailuresAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(ProblemName) is not true)
        {
            document.AddComponent(ProblemName, await context.GetOrCreateSchemaAsync(typeof(ProblemView), cancellationToken: ct));
        }

        var responses = operation.Responses ??= [];
        var failures = OperationFailures.Of(operation, context.Description);
        foreach (var status in responses.Where(response => response.Key[0] is '4').Select(response => response.Key).ToList())
        {
            responses.Remove(status);
        }

        foreach (var (status, when) in failures)
        {
            responses.TryAdd(OperationFailures.Key(status), Problem(when, document));
        }

        responses["default"] = Problem("Any other failure.", document);
    }

    private static OpenApiResponse Problem(string when, OpenApiDocument document) => new()
    {
        Description = when,
        Content = new Dictionary<string, OpenApiMediaType> { [ProblemType] = new() { Schema = new OpenApiSchemaReference(ProblemName, document) } },
    };
}
