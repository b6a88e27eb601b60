using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Gaia;

/// <summary>What a service says of its own routes, at <c>/openapi/v1.json</c>, for the gateway to unite with what the others say.</summary>
public static class ServiceDescription
{
    /// <summary>The document's name, as the framework calls the one that there is.</summary>
    public const string DocumentName = "v1";

    internal static void AddServiceDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.CreateSchemaReferenceId = SchemaNames.Of;
        options.AddSchemaTransformer(NumbersAreNumbersAsync);
        options.AddOperationTransformer<OperationDescription>();
    });

    /// <summary>The services also read a number that is written as a string. That is kindness, not what the contract asks for.</summary>
    private static Task NumbersAreNumbersAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        if (schema.Type is { } type && (type & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
        {
            schema.Type = type & ~JsonSchemaType.String;
            schema.Pattern = null;
        }

        return Task.CompletedTask;
    }
}
