using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Gaia;

internal static class SchemaNames
{
    /// <summary>A nested type bears its use case's name, since every use case calls what it takes <c>Request</c>: LoginRequest. Null for what needs no name.</summary>
    public static string? Of(JsonTypeInfo json) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(json) is { } name
            ? json.Type is { IsNested: true, DeclaringType: { } useCase } ? useCase.Name + name : name
            : null;
}
