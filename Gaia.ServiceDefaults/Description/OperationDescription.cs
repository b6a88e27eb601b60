using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gaia;

/// <summary>What holds for every operation and no handler says: its credential, and that whatever else it answers is a problem.</summary>
internal sealed partial class OperationDescription : IOpenApiOperationTransformer
{
    private const string ProblemName = "Problem";
    private const string ProblemType = "application/problem+json";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Summary ??= operation.OperationId is { } id ? Sentence(id) : null;
        if (HttpMethods.IsHead(context.Description.HttpMethod ?? ""))
        {
            operation.OperationId += "Head";
        }

        AskForCredential(operation, context);
        await DescribeProblemsAsync(operation, context, cancellationToken);
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
            operation.Description ??= $"Needs the scope `{needed.Scope}`.";
        }
    }

    private static async Task DescribeProblemsAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(ProblemName) is not true)
        {
            document.AddComponent(ProblemName, await context.GetOrCreateSchemaAsync(typeof(ProblemView), cancellationToken: ct));
        }

        // What the framework knows of single statuses is less: validation, for one, is answered as 422 and not as 400.
        var responses = operation.Responses ??= [];
        foreach (var status in responses.Where(response => response.Key[0] is '4').Select(response => response.Key).ToList())
        {
            responses.Remove(status);
        }

        responses["default"] = new OpenApiResponse
        {
            Description = "A problem (RFC 9457)",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemName, document) },
            },
        };
    }

    /// <summary>ListPersonaVersions: List persona versions.</summary>
    private static string Sentence(string id)
    {
        var words = WordStart().Replace(id, match => $" {match.Value.ToLowerInvariant()}");
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex WordStart();
}
