using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gaia.Asset.Uploads;

/// <summary>The two shapes of a body that no parameter shows, as it is read while it comes.</summary>
internal static class UploadDescription
{
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "A form with one file, or the bytes alone, with the type and the name in Content-Type and Content-Disposition.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new()
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = Bytes() } },
                },
                ["application/octet-stream"] = new() { Schema = Bytes() },
            },
        };
        return Task.CompletedTask;
    }

    private static OpenApiSchema Bytes() => new() { Type = JsonSchemaType.String, Format = "binary" };
}
